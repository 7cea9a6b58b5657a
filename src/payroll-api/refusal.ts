import type { Response } from "express";
import { type Problem, sendProblem } from "./error-responses.js";
import {
  claimsChallengeOf,
  formatChallenge,
  type RequestedClaims,
} from "./require-auth-context.js";

/** A refusal for want of a sufficient access token. */
export interface Refusal extends Problem {
  /** Parameters of the Bearer challenge; without them there is no `WWW-Authenticate` header. */
  readonly challenge?: Readonly<Record<string, string>>;
}

/** Refuses a request without a token; by RFC 6750 §3.1 the challenge has no error. */
export function tokenMissing(): Refusal {
  const message = "An access token is needed: Authorization: Bearer <token>";
  return { status: 401, code: "ERR_TOKEN_MISSING", message, challenge: {} };
}

/** Refuses an `Authorization` header that is invalid in itself, such as one that is repeated. */
export function authorizationInvalid(message: string): Refusal {
  const challenge = { error: "invalid_request", error_description: message };
  return { status: 400, code: "ERR_AUTHORIZATION_INVALID", message, challenge };
}

/** Refuses a token that is expired, forged, for another audience or invalid in another way. */
export function tokenInvalid(message: string): Refusal {
  const challenge = { error: "invalid_token", error_description: message };
  return { status: 401, code: "ERR_TOKEN_INVALID", message, challenge };
}

/** Refuses a token without the scope. */
export function scopeInsufficient(scope: string): Refusal {
  const message = `The access token needs the scope ${scope}`;
  const challenge = { error: "insufficient_scope", error_description: message, scope };
  return { status: 403, code: "ERR_SCOPE_INSUFFICIENT", message, challenge };
}

/** Raises a claims challenge: asks the client for a token that satisfies these claims. */
export function claimsChallenge(claims: RequestedClaims, message: string): Refusal {
  const challenge = claimsChallengeOf(claims);
  return { status: 401, code: "ERR_CLAIMS_INSUFFICIENT", message, challenge };
}

/** Refuses a token without the claims whose client cannot handle a claims challenge. */
export function claimsMissing(message: string): Refusal {
  return { status: 403, code: "ERR_CLAIMS_INSUFFICIENT", message };
}

/**
 * Returns the authorization endpoint that challenges name. With an empty `realm` it has to be the
 * common one, which belongs to no tenant.
 *
 * @see {@link https://learn.microsoft.com/entra/identity-platform/claims-challenge | Header format}
 */
export function commonAuthorizationUri(cloudInstance: string): string {
  return new URL("/common/oauth2/v2.0/authorize", cloudInstance).href;
}

/** Sends the response of a refusal: status, `WWW-Authenticate` and a JSON body. */
export function sendRefusal(response: Response, refusal: Refusal, authorizationUri: string): void {
  if (refusal.challenge !== undefined) {
    response.set("WWW-Authenticate", formatChallenge(authorizationUri, refusal.challenge));
  }
  sendProblem(response, refusal);
}
