import { Router } from "express";
import { readAuthorizationRefusal } from "../../challenge/authorization-refusal.js";
import { RequestError, SignInError } from "../../errors.js";
import { takeTransaction } from "../../session/authorization-transactions.js";
import { saveSession } from "../../session/session-data.js";
import { markSteppedUp } from "../../session/step-up-guard.js";
import type { AppContext } from "../app-context.js";
import type { Exchange } from "../exchange.js";
import { otherAccountProblem } from "../problems/outcome-problems.js";
import { sendProblem } from "../problems/problem-page.js";
import { isExpectedAccount, keepSignIn, keepStepUp, usernameOf } from "../signed-in-session.js";
import { readAuthorizationResponse } from "./authorization-response.js";
import { respondToAuthorizationRefusal } from "./respond-to-authorization-refusal.js";

/**
 * `GET /redirect`, or the path of `REDIRECT_URI`: the authorization response. Any other method gets
 * 405, because HEAD would spend the code.
 */
export function createRedirectRoutes(
  context: Pick<AppContext, "auth" | "config" | "store" | "log" | "now">,
): Router {
  const router = Router();

  router.all(new URL(context.config.redirectUri).pathname, async (request, response) => {
    if (request.method !== "GET") {
      response.set("Allow", "GET");
      throw new RequestError("ERR_METHOD_NOT_ALLOWED", "This address accepts GET only.");
    }
    await completeAuthorization({ request, response }, context);
  });

  return router;
}

/** Checks the authorization response and redeems its code; each check relies on those before it. */
async function completeAuthorization(
  { request, response }: Exchange,
  context: Pick<AppContext, "auth" | "config" | "store" | "log" | "now">,
): Promise<void> {
  const { auth, store } = context;
  const { state = "", code, iss, error, ...rest } = readAuthorizationResponse(request);
  const transaction = await takeTransaction(store, state, request.session.binding);
  if (transaction === undefined) {
    respondToUnknownState({ request, response });
    return;
  }
  await requireOwnIssuer(iss, context);
  const exchange = { request, response, transaction };
  if (error !== undefined || code === undefined) {
    const refusal = readAuthorizationRefusal({ code, error, ...rest });
    await respondToAuthorizationRefusal(exchange, refusal, context);
    return;
  }
  const { scopes, redirectUri, codeVerifier, nonce, stepUp } = transaction;
  const { claims } = stepUp;
  const redeemed = await auth.redeemCode({
    code,
    scopes,
    redirectUri,
    codeVerifier,
    nonce,
    claims,
  });
  if (redeemed.kind === "refused") {
    await respondToAuthorizationRefusal(exchange, redeemed.refusal, context);
    return;
  }
  if (!isExpectedAccount(request, transaction, redeemed)) {
    const username = usernameOf(redeemed) ?? "another account";
    sendProblem(exchange, otherAccountProblem(request.session.signedIn, username, transaction));
    return;
  }
  if (transaction.purpose === "step-up") await keepStepUp(request, redeemed, context);
  else await keepSignIn(request, redeemed, context);
  await saveSession(request.session);
  const { binding, returnTo, forAction } = transaction;
  await markSteppedUp(store, { binding, returnTo }, forAction);
  response.redirect(303, returnTo);
}

/**
 * Responds to Back, a reload, a bookmark or a transaction that took too long: without a redirect to
 * the authority, which could repeat without end.
 */
function respondToUnknownState({ request, response }: Exchange): void {
  if (request.session.signedIn !== undefined) {
    response.redirect(303, "/");
    return;
  }
  const message =
    "This sign-in was finished before, took more than ten minutes, or began in another browser.";
  throw new SignInError("ERR_FLOW_UNKNOWN", message);
}

/**
 * Verifies `iss`: a code of another authority must not be redeemed at this one (mix-up, RFC 9207
 * §2.4). Entra does not send it today.
 */
async function requireOwnIssuer(
  iss: string | undefined,
  { auth }: Pick<AppContext, "auth">,
): Promise<void> {
  if (iss === undefined || iss === (await auth.metadata()).issuer) return;
  const message = "The response came from another identity provider.";
  throw new SignInError("ERR_ISSUER_MISMATCH", message);
}
