import { type Request, type Response, Router } from "express";
import { readAuthorizationRefusal } from "../../challenge/token-refusal.js";
import { RequestError, SignInError } from "../../errors.js";
import { type PendingFlow, takePendingFlow } from "../../session/authorization-transactions.js";
import { saveSession } from "../../session/session-data.js";
import { markSteppedUp } from "../../session/step-up-guard.js";
import type { AppContext } from "../app-context.js";
import { isExpectedAccount, keepSignIn, keepStepUp } from "../signed-in-session.js";
import { type AuthorizationAnswer, readAuthorizationAnswer } from "./authorization-response.js";
import { sendOtherAccount } from "../problems/other-account.js";
import { respondToAuthorizationRefusal } from "./respond-to-authorization-refusal.js";

/** `GET /redirect`, or where `REDIRECT_URI` points: the authority's answer. Any other method: 405, for HEAD would spend the code. */
export function createRedirectRoutes(context: AppContext): Router {
  const router = Router();

  router.all(new URL(context.config.redirectUri).pathname, async (request, response) => {
    if (request.method !== "GET") {
      response.set("Allow", "GET");
      throw new RequestError("ERR_METHOD_NOT_ALLOWED", "This address takes GET only.");
    }
    await completeAuthorization(request, response, context);
  });

  return router;
}

/** The checks are in the order in which each may rely on the one before. */
async function completeAuthorization(
  request: Request,
  response: Response,
  context: AppContext,
): Promise<void> {
  const answer = readAuthorizationAnswer(request);
  const flow = await takeOwnFlow(request, answer, context);
  if (flow === undefined) {
    respondToUnknownFlow(request, response);
    return;
  }
  await requireOwnIssuer(answer, context);
  if (answer.error !== undefined || answer.code === undefined) {
    const refusal = readAuthorizationRefusal(answer);
    await respondToAuthorizationRefusal({ request, response, flow }, refusal, context);
    return;
  }
  const { code } = answer;
  const { scopes, redirectUri, codeVerifier, nonce, stepUp } = flow;
  const redemption = { code, scopes, redirectUri, codeVerifier, nonce, claims: stepUp?.claims };
  const redeemed = await context.auth.redeemCode(redemption);
  if (redeemed.kind === "refused") {
    await respondToAuthorizationRefusal({ request, response, flow }, redeemed.refusal, context);
    return;
  }
  if (!isExpectedAccount(request, flow, redeemed)) {
    sendOtherAccount({ request, response, flow }, redeemed);
    return;
  }
  if (flow.purpose === "step-up") await keepStepUp(request, redeemed, context);
  else await keepSignIn(request, redeemed, context);
  await saveSession(request.session);
  const { binding, returnTo } = flow;
  const { forAction } = flow;
  if (forAction !== false) await markSteppedUp(context.store, { binding, returnTo }, "page");
  if (forAction === "program") await markSteppedUp(context.store, { binding, returnTo }, forAction);
  response.redirect(303, returnTo);
}

async function takeOwnFlow(
  request: Request,
  { state }: AuthorizationAnswer,
  { store }: AppContext,
): Promise<PendingFlow | undefined> {
  if (state === undefined) return undefined;
  return takePendingFlow(store, state, request.session.binding);
}

/**
 * Back, a reload, a bookmark, a flow that took too long: no second redirect to the authority, which
 * could go on for ever.
 */
function respondToUnknownFlow(request: Request, response: Response): void {
  if (request.session.signedIn !== undefined) {
    response.redirect(303, "/");
    return;
  }
  const message =
    "This sign-in is over: it was finished before, took too long, or began elsewhere.";
  throw new SignInError("ERR_FLOW_UNKNOWN", message);
}

/**
 * A code from another authority must not be redeemed at this one (mix-up, RFC 9207 §2.4). Entra does
 * not send `iss` today.
 */
async function requireOwnIssuer({ iss }: AuthorizationAnswer, { auth }: AppContext): Promise<void> {
  if (iss === undefined || iss === (await auth.metadata()).issuer) return;
  throw new SignInError("ERR_ISSUER_MISMATCH", "The answer came from another identity provider.");
}
