import type { Request } from "express";
import type { StepUp } from "../../challenge/step-up.js";
import { saveTransaction, transactionExpiry } from "../../session/authorization-transactions.js";
import type { AuthorizationTransaction } from "../../session/authorization-transactions.js";
import { ownerOf, randomName, saveSession } from "../../session/session-data.js";
import type { SignedIn } from "../../session/session-data.js";
import { admitStepUp } from "../../session/step-up-guard.js";
import type { AppContext } from "../app-context.js";
import { audit } from "../requests/audit-log.js";
import type { Exchange } from "../exchange.js";
import { tooManyStepUpsProblem } from "../problems/outcome-problems.js";
import { sendProblem } from "../problems/problem-page.js";

/** The reason and the parameters of an authorization request. */
export interface Authorization {
  readonly purpose: "sign-in" | "step-up";
  readonly scopes: readonly string[];
  /** Where the person wanted to go: a same-origin path. */
  readonly returnTo: string;
  readonly stepUp: StepUp;
  /** The kind of action that an API or the authority has refused, if there is one. */
  readonly forAction?: AuthorizationTransaction["forAction"];
  /** Lets the person choose an account even when one is signed in at the authority. */
  readonly chooseAccount?: boolean;
  /** The person asked for that: another account may replace the one that is signed in. */
  readonly mayReplace?: boolean | undefined;
  /** Which interactive round of the action it is; 1 unless given. */
  readonly round?: number;
}

/**
 * Redirects the browser to the authority and returns true. Sends a page instead when the session has
 * begun too many step-ups, and returns false.
 *
 * @throws UpstreamError when the authority's metadata is unavailable or the claims are too long.
 */
export async function beginAuthorization(
  { request, response }: Exchange,
  authorization: Authorization,
  context: Pick<AppContext, "auth" | "config" | "store" | "now">,
): Promise<boolean> {
  const { store, now } = context;
  const { purpose, returnTo, forAction = false, round = 1 } = authorization;
  const isPlainSignIn = forAction === false && round === 1;
  if (!isPlainSignIn && !(await admitStepUp(store, ownerOf(request.session, now), now()))) {
    request.trace?.decide("stopped-often");
    const problem = tooManyStepUpsProblem(returnTo);
    audit(request, "loop-stopped", { code: problem.code, round });
    sendProblem({ request, response }, problem);
    return false;
  }
  const url = await beginTransaction(request, authorization, context);
  await saveSession(request.session);
  if (purpose === "step-up") audit(request, "step-up-begun", { round });
  response.redirect(request.method === "GET" ? 302 : 303, url);
  return true;
}

/** Builds the URL of the authorization request and keeps what its response is checked against. */
async function beginTransaction(
  { session }: Request,
  authorization: Authorization,
  { auth, config, store, now }: Pick<AppContext, "auth" | "config" | "store" | "now">,
): Promise<string> {
  const { purpose, scopes, returnTo, chooseAccount, mayReplace } = authorization;
  const { forAction = false, round = 1 } = authorization;
  const { claims, acrValues, maxAgeSeconds, signInAfresh } = authorization.stepUp;
  const { redirectUri } = config;
  const expectedAccount = purpose === "step-up" ? session.signedIn : undefined;
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
    signInAfresh,
    loginHint: loginHintOf(expectedAccount),
    chooseAccount,
  });
  await saveTransaction(store, state, {
    ...ownerOf(session, now),
    purpose,
    nonce,
    codeVerifier,
    scopes,
    redirectUri,
    stepUp: { claims, acrValues, maxAgeSeconds, signInAfresh },
    returnTo,
    expectedAccount: expectedAccount && { oid: expectedAccount.oid, tid: expectedAccount.tid },
    mayReplace,
    forAction,
    round,
    expiresAt: transactionExpiry(now()),
  });
  return url;
}

/** Returns what names the account at the authority; some tenants' ID tokens have neither. */
function loginHintOf(account: SignedIn | undefined): string | undefined {
  const { loginHint, username } = account ?? {};
  return loginHint ?? (username === "" ? undefined : username);
}
