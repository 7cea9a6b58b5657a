import type { StepUp } from "../../challenge/step-up.js";
import { saveTransaction } from "../../session/authorization-transactions.js";
import type { AuthorizationTransaction } from "../../session/authorization-transactions.js";
import { bindingOf, randomName, saveSession } from "../../session/session-data.js";
import { admitStepUp } from "../../session/step-up-guard.js";
import type { AppContext } from "../app-context.js";
import type { Exchange } from "../exchange.js";
import { tooManyStepUpsProblem } from "../problems/outcome-problems.js";
import { sendProblem } from "../problems/problem-page.js";

/** The reason and the parameters of an authorization request. */
export interface Authorization {
  readonly purpose: "sign-in" | "step-up";
  readonly scopes: readonly string[];
  /** Where the person wanted to go: a same-origin path. */
  readonly returnTo: string;
  readonly stepUp?: StepUp;
  /** The kind of action that an API or the authority has refused, if there is one. */
  readonly forAction?: AuthorizationTransaction["forAction"];
  /** Lets the person choose an account even when one is signed in at the authority. */
  readonly chooseAccount?: boolean;
  /** How often the app itself has repeated this request. */
  readonly restarts?: number;
}

/**
 * Redirects the browser to the authority and keeps the transaction that its response is checked
 * against. Sends a page instead when the session has begun too many step-ups.
 *
 * @throws UpstreamError when the authority's metadata is unavailable or the claims are too long.
 */
export async function beginAuthorization(
  { request, response }: Exchange,
  authorization: Authorization,
  { auth, config, store, now }: Pick<AppContext, "auth" | "config" | "store" | "now">,
): Promise<void> {
  const { purpose, scopes, returnTo, forAction = false, restarts = 0 } = authorization;
  const binding = bindingOf(request.session, now);
  const isPlainSignIn = forAction === false && restarts === 0;
  if (!isPlainSignIn && !(await admitStepUp(store, binding, now()))) {
    sendProblem({ request, response }, tooManyStepUpsProblem(returnTo));
    return;
  }
  const { claims, acrValues, maxAgeSeconds, signInAfresh } = authorization.stepUp ?? {};
  const signedIn = purpose === "step-up" ? request.session.signedIn : undefined;
  const { redirectUri } = config;
  const state = randomName();
  const nonce = randomName();
  const codeVerifier = randomName();
  const url = await auth.authorizationUrl({
    scopes,
    redirectUri,
    state,
    nonce,
    codeVerifier,
    claims,
    acrValues,
    maxAgeSeconds,
    loginHint: signedIn?.loginHint ?? signedIn?.username,
    prompt: promptFor(authorization),
  });
  await saveTransaction(store, state, {
    purpose,
    binding,
    nonce,
    codeVerifier,
    scopes,
    redirectUri,
    stepUp: { claims, acrValues, maxAgeSeconds, signInAfresh },
    returnTo,
    expectedAccount: signedIn && { oid: signedIn.oid, tid: signedIn.tid },
    forAction,
    restarts,
  });
  await saveSession(request.session);
  response.redirect(request.method === "GET" ? 302 : 303, url);
}

function promptFor({
  chooseAccount,
  stepUp,
}: Authorization): "login" | "select_account" | undefined {
  if (chooseAccount === true) return "select_account";
  return stepUp?.signInAfresh === true ? "login" : undefined;
}
