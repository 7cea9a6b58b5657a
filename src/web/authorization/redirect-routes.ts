import { Router } from "express";
import { isStepUpUnmet } from "../../auth/step-up-met.js";
import { readAuthorizationRefusal } from "../../challenge/authorization-refusal.js";
import { AppError, RequestError, SignInError } from "../../errors.js";
import { takeTransaction, transactionStart } from "../../session/authorization-transactions.js";
import { markSteppedUp, STEP_UP_WINDOW_MS } from "../../session/step-up-guard.js";
import type { AppContext } from "../app-context.js";
import { audit } from "../requests/audit-log.js";
import type { Exchange } from "../exchange.js";
import { hasSignedOut, setNotice } from "../notice.js";
import { sendProblem, type Problem } from "../problems/problem-page.js";
import { refusalProblem } from "../problems/refusal-problems.js";
import {
  otherAccountProblem,
  otherSignInProblem,
  signedOutMeanwhileProblem,
  signInOverProblem,
  stepUpNotMetProblem,
} from "../problems/sign-in-problems.js";
import { setStepUpCookie } from "../step-up-cookie.js";
import {
  isExpectedAccount,
  usernameOf,
  signedOutMeanwhile,
  type Redeemed,
} from "../signed-in-session.js";
import { keepSignIn, keepStepUp } from "./keep-sign-in.js";
import { readAuthorizationResponse, type AuthorizationResponse } from "./authorization-response.js";
import {
  failureOf,
  respondToAuthorizationRefusal,
  type AuthorizationExchange,
} from "./respond-to-authorization-refusal.js";

/**
 * Creates `GET /redirect`, or the path of `REDIRECT_URI`: the authorization response. Any other method gets
 * 405, because HEAD would spend the code.
 */
export function createRedirectRoutes(
  context: Pick<AppContext, "auth" | "config" | "store" | "now">,
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

/** Checks the authorization response; each check relies on those before it. */
async function completeAuthorization(
  { request, response }: Exchange,
  context: Pick<AppContext, "auth" | "config" | "store" | "now">,
): Promise<void> {
  const parameters = readAuthorizationResponse(request);
  const { state = "", admin_consent: adminConsent } = parameters;
  if (adminConsent !== undefined) {
    respondToAdminConsent({ request, response }, parameters);
    return;
  }
  // On /trace: authorization response
  const { binding } = request.session;
  const taken = await takeTransaction(context.store, state, { binding, now: context.now() });
  if (taken?.kind !== "pending") {
    respondWithoutTransaction({ request, response }, taken?.returnTo, context);
    return;
  }
  const exchange = { request, response, transaction: taken.transaction };
  const hasSucceeded = await completeTransaction(exchange, parameters, context).catch(
    (error: unknown) => {
      const code = error instanceof AppError ? error.code : "ERR_INTERNAL";
      audit(request, failureOf(exchange.transaction), { code });
      throw error;
    },
  );
  if (hasSucceeded) await goBack(exchange, context);
}

/** Completes the transaction of a response; returns false when it has responded to a refusal. */
async function completeTransaction(
  exchange: AuthorizationExchange,
  parameters: AuthorizationResponse,
  context: Pick<AppContext, "auth" | "config" | "store" | "now">,
): Promise<boolean> {
  const { code, iss, error } = parameters;
  await requireOwnIssuer(iss, context);
  if (error === undefined && code !== undefined) return redeem(exchange, code, context);
  await respondToAuthorizationRefusal(exchange, readAuthorizationRefusal(parameters), context);
  return false;
}

/**
 * Redeems the code with the claims of its authorization request, and keeps what it brings. Returns false
 * when it has responded, because that failed.
 */
async function redeem(
  exchange: AuthorizationExchange,
  code: string,
  context: Pick<AppContext, "auth" | "config" | "store" | "now">,
): Promise<boolean> {
  const { request, transaction } = exchange;
  const { auth } = context;
  const { scopes, redirectUri, codeVerifier, nonce, stepUp } = transaction;
  const { claims } = stepUp;
  const requestedAt = transactionStart(transaction);
  const redemption = { code, scopes, redirectUri, codeVerifier, nonce, requestedAt, claims };
  const redeemed = await auth.redeemCode(redemption);
  if (redeemed.kind === "refused") {
    await respondToAuthorizationRefusal(exchange, redeemed.refusal, context);
    return false;
  }
  if (transaction.purpose === "step-up" && request.session.signedIn === undefined) {
    throw signedOutMeanwhile();
  }
  const problem = problemOf(exchange, redeemed, context);
  if (problem !== undefined) {
    sendProblem(exchange, problem);
    return false;
  }
  if (transaction.purpose === "step-up") await keepStepUp(request, redeemed, context);
  else await keepSignIn(request, redeemed, context);
  const { correlationId, idToken } = redeemed;
  const event = transaction.purpose === "step-up" ? "step-up-met" : "signed-in";
  audit(request, event, { correlationId, oid: idToken.oid });
  return true;
}

/** Redirects to where the person wanted to go. */
async function goBack(
  { response, transaction }: AuthorizationExchange,
  { store, config: { baseUrl } }: Pick<AppContext, "store" | "config">,
): Promise<void> {
  const { binding, returnTo, forAction, round, stepUp } = transaction;
  if (forAction !== false) {
    await markSteppedUp(store, { binding, returnTo, caller: forAction }, { stepUp, round });
    setStepUpCookie(response, { baseUrl, returnTo }, STEP_UP_WINDOW_MS);
  }
  response.redirect(303, returnTo);
}

/** Returns why redeemed tokens are dropped: they are of another account, or do not meet the step-up. */
function problemOf(
  { request, transaction }: AuthorizationExchange,
  redeemed: Redeemed,
  { now }: Pick<AppContext, "now">,
): Problem | undefined {
  const { purpose, returnTo, stepUp } = transaction;
  const { correlationId, idToken } = redeemed;
  if (!isExpectedAccount(request, transaction, redeemed)) {
    request.trace?.decide("other-account");
    const describe = purpose === "sign-in" ? otherSignInProblem : otherAccountProblem;
    const problem = describe(request.session.signedIn, usernameOf(redeemed), transaction);
    const fields = { code: problem.code, correlationId, otherOid: idToken.oid };
    audit(request, "other-account", fields);
    return problem;
  }
  const requested = { stepUp, requestedAt: transactionStart(transaction) };
  if (!isStepUpUnmet(idToken, requested, now())) return undefined;
  request.trace?.decide("not-met");
  const problem = stepUpNotMetProblem(returnTo);
  audit(request, failureOf(transaction), { code: problem.code, correlationId });
  return problem;
}

/**
 * Responds to Back, a reload, a bookmark or a transaction that took too long, with `returnTo`: with the
 * home page, which says so, when somebody is signed in; else without a redirect, which could repeat
 * without end.
 */
function respondWithoutTransaction(
  exchange: Exchange,
  returnTo: string | undefined,
  { config }: Pick<AppContext, "config">,
): void {
  const { request, response } = exchange;
  if (request.session.signedIn !== undefined) {
    setNotice(exchange, returnTo === undefined ? "over" : "late", config);
    response.redirect(303, "/");
    return;
  }
  const hasEnded = hasSignedOut(exchange, config);
  const problem = hasEnded ? signedOutMeanwhileProblem() : signInOverProblem(returnTo ?? "/");
  audit(request, "sign-in-failed", { code: problem.code });
  sendProblem(exchange, problem);
}

/** Responds to an administrator who has approved the app for the organization, or has not. */
function respondToAdminConsent(exchange: Exchange, parameters: AuthorizationResponse): void {
  const { error, admin_consent: isApproved = "" } = parameters;
  if (error === undefined && isApproved.toLowerCase() === "true") {
    exchange.response.render("admin-consent");
    return;
  }
  const { support } = readAuthorizationRefusal(parameters);
  const refusal = { handling: "unrecoverable", reason: "cancelled", support } as const;
  sendProblem(exchange, refusalProblem(refusal, "/"));
}

/**
 * Verifies `iss`: a code of another authority must not be redeemed at this one (mix-up, RFC 9207
 * §2.4). It is compared whole, and missing only where the metadata do not promise it: Entra does not
 * send it today.
 */
async function requireOwnIssuer(
  iss: string | undefined,
  { auth }: Pick<AppContext, "auth">,
): Promise<void> {
  const metadata = await auth.metadata();
  const isPromised = metadata.authorization_response_iss_parameter_supported === true;
  if (iss === metadata.issuer || (iss === undefined && !isPromised)) return;
  const message = "The response came from another authority than the configured one.";
  throw new SignInError("ERR_ISSUER_MISMATCH", message);
}
