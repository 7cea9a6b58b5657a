import type { RequestHandler } from "express";
import type { IncomingMessage } from "node:http";
import type { Logger } from "../../log.js";
import type { PersonSignals } from "../events/person-signals.js";
import {
  authorizationInvalid,
  claimsChallenge,
  claimsMissing,
  scopeInsufficient,
  sendRefusal,
  tokenInvalid,
  tokenMissing,
} from "../refusal.js";
import type { Refusal } from "../refusal.js";
import { describeLack, requestedClaims } from "../require-auth-context.js";
import { type AccessToken, verifyAccessToken } from "../trust/access-token.js";
import { type BearerToken, readBearerToken } from "../trust/bearer-token.js";
import type { TrustedAuthority } from "../trust/trusted-authority.js";
import type { Demand } from "./demands.js";

interface DemandGuardOptions {
  readonly authority: TrustedAuthority;
  /** The authorization endpoint that challenges name. */
  readonly authorizationUri: string;
  /** Accepted values of a token's `aud`. */
  readonly audience: readonly string[];
  readonly signals: PersonSignals;
  readonly log: Logger;
  /** The clock, in milliseconds. */
  readonly now: () => number;
}

interface CallerLocals extends Record<string, unknown> {
  /** The verified access token, which meets the demand. */
  caller: AccessToken;
}

/** A handler behind the guard: `response.locals.caller` is set. */
export type CallerHandler = RequestHandler<object, unknown, unknown, unknown, CallerLocals>;

/**
 * Creates the guard, which turns a demand into the middleware that enforces it: token, events about
 * the person, scope, authentication context, age of the sign-in, in this order.
 *
 * The middleware rejects with `UpstreamError` when the authority's keys are unavailable.
 */
export function createDemandGuard(options: DemandGuardOptions): (demand: Demand) => CallerHandler {
  const { authorizationUri, log } = options;
  return (demand) => async (request, response, next) => {
    const judgement = await judge(request, demand, options);
    if ("refusal" in judgement) {
      const { refusal } = judgement;
      log.info({ code: refusal.code, path: request.path }, "request refused");
      sendRefusal(response, refusal, authorizationUri);
      return;
    }
    response.locals.caller = judgement.caller;
    next();
  };
}

async function judge(
  request: IncomingMessage,
  demand: Demand,
  { authority, audience, signals, now }: DemandGuardOptions,
): Promise<{ readonly caller: AccessToken } | { readonly refusal: Refusal }> {
  const bearer = readBearerToken(request);
  if (bearer.kind !== "token") return { refusal: refuseHeader(bearer.kind) };
  const issuer = await authority.issuer();
  const verdict = await verifyAccessToken(bearer.token, { issuer, audience, now });
  if (verdict.kind === "invalid") return { refusal: tokenInvalid(verdict.description) };
  const { token } = verdict;
  const refusal =
    refuseOutdated(token, demand, signals) ??
    refuseScope(token, demand) ??
    refuseLack(token, demand, now());
  return refusal === undefined ? { caller: token } : { refusal };
}

function refuseHeader(kind: Exclude<BearerToken["kind"], "token">): Refusal {
  switch (kind) {
    case "missing":
      return tokenMissing();
    case "repeated":
      return authorizationInvalid("Only one Authorization header is accepted");
    case "malformed":
      return tokenInvalid("The access token is malformed");
  }
}

/**
 * Refuses a token that an event has outdated (continuous access evaluation).
 *
 * The challenge also contains the claims of the demand. Otherwise a token from a new sign-in may lack
 * them, and a second challenge for the same action looks like a loop to the client.
 */
function refuseOutdated(
  token: AccessToken,
  demand: Demand,
  signals: PersonSignals,
): Refusal | undefined {
  const required = signals.requiredClaims(token);
  if (required === undefined) return undefined;
  const message = "The access token is no longer accepted; a newer one is needed";
  if (!token.handlesClaimsChallenges) return tokenInvalid(message);
  return claimsChallenge({ ...required, ...requestedClaims(demand) }, message);
}

function refuseScope(token: AccessToken, { scope }: Demand): Refusal | undefined {
  return token.scopes.includes(scope) ? undefined : scopeInsufficient(scope);
}

/**
 * Refuses a token without the context, or from too old a sign-in, with a claims challenge, or with 403
 * when the client did not declare `cp1`.
 */
function refuseLack(token: AccessToken, demand: Demand, now: number): Refusal | undefined {
  const { contexts: acrs, signedInAt: auth_time } = token;
  const message = describeLack({ acrs, auth_time }, demand, now);
  if (message === undefined) return undefined;
  if (!token.handlesClaimsChallenges) return claimsMissing(message);
  return claimsChallenge(requestedClaims(demand), message);
}
