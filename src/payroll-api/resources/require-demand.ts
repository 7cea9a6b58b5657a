import type { RequestHandler } from "express";
import type { IncomingMessage } from "node:http";
import type { Logger } from "../../log.js";
import { type AccessToken, verifyAccessToken } from "../trust/access-token.js";
import { type BearerToken, readBearerToken } from "../trust/bearer-token.js";
import type { Demand } from "./demands.js";
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
import type { ClaimsRequest, Refusal } from "../refusal.js";
import type { TrustedAuthority } from "../trust/trusted-authority.js";

/** What {@link createDemandGuard} needs. */
export interface DemandGuardDependencies {
  readonly authority: TrustedAuthority;
  /** What a token's `aud` may be. */
  readonly audience: readonly string[];
  readonly signals: PersonSignals;
  readonly log: Logger;
  /** The clock, in milliseconds. */
  readonly now: () => number;
}

/** `response.locals` behind the guard. */
export interface CallerLocals extends Record<string, unknown> {
  /** Who calls: a verified token that meets the route's demand. */
  caller: AccessToken;
}

/** A handler behind the guard. */
export type CallerHandler = RequestHandler<object, unknown, unknown, unknown, CallerLocals>;

/** Turns a demand into the middleware that enforces it. */
export type DemandGuard = (demand: Demand) => CallerHandler;

type Judgement = { readonly caller: AccessToken } | { readonly refusal: Refusal };

/**
 * Gives the guard. The order of its checks is that of the answers: token, scope, context. A bad
 * token is 401 whatever it lacks besides.
 *
 * The middleware rejects with `UpstreamError` when the authority's keys cannot be had.
 */
export function createDemandGuard(dependencies: DemandGuardDependencies): DemandGuard {
  return (demand) => async (request, response, next) => {
    const judgement = await judge(request, demand, dependencies);
    if ("refusal" in judgement) {
      dependencies.log.info(
        { code: judgement.refusal.code, path: request.path },
        "request refused",
      );
      sendRefusal(response, judgement.refusal, dependencies.authority.authorizationUri);
      return;
    }
    response.locals.caller = judgement.caller;
    next();
  };
}

async function judge(
  request: IncomingMessage,
  demand: Demand,
  { authority, audience, signals, now }: DemandGuardDependencies,
): Promise<Judgement> {
  const bearer = readBearerToken(request);
  if (bearer.kind !== "token") return { refusal: refuseHeader(bearer.kind) };
  const trust = await authority.trust();
  const verdict = await verifyAccessToken(bearer.token, { trust, audience, now });
  if (verdict.kind === "invalid") return { refusal: tokenInvalid(verdict.description) };
  const { token } = verdict;
  const refusal =
    refuseOutdated(token, demand, signals) ??
    refuseScope(token, demand) ??
    refuseContext(token, demand) ??
    refuseOldSignIn(token, demand, now());
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
 * Continuous access evaluation: the authority reported something after the token was issued.
 *
 * The challenge also names the context that the route demands. The new token may come from a new
 * sign-in that has not reached it, and a client that is challenged twice in a row for one action
 * rightly takes that for a loop.
 */
function refuseOutdated(
  token: AccessToken,
  { context }: Demand,
  signals: PersonSignals,
): Refusal | undefined {
  const objection = signals.findObjection(token);
  if (objection === undefined) return undefined;
  const claims = { access_token: { ...objection.access_token, ...claimsOfContext(context) } };
  const message = "The access token is no longer accepted; a newer one is needed";
  return token.handlesClaimsChallenges ? claimsChallenge(claims, message) : tokenInvalid(message);
}

function refuseScope(token: AccessToken, { scope }: Demand): Refusal | undefined {
  return token.scopes.includes(scope) ? undefined : scopeInsufficient(scope);
}

function refuseContext(token: AccessToken, { context }: Demand): Refusal | undefined {
  return token.contexts.includes(context) ? undefined : refuseLack(token, context);
}

/** The tenant's policy for the context asks for a fresh sign-in; an old token must not outlive it. */
function refuseOldSignIn(
  token: AccessToken,
  { context, maxSignInAgeSeconds = Infinity }: Demand,
  now: number,
): Refusal | undefined {
  if (token.signedInAt === undefined) return undefined;
  const ageSeconds = Math.floor(now / 1000) - token.signedInAt;
  return ageSeconds <= maxSignInAgeSeconds ? undefined : refuseLack(token, context);
}

/**
 * A client that did not declare `cp1` would take a challenge for an expired token and ask for the
 * same one again and again, so it is told 403.
 */
function refuseLack(token: AccessToken, context: string): Refusal {
  const message = `The authentication context ${context} is needed`;
  if (!token.handlesClaimsChallenges) return claimsMissing(message);
  return claimsChallenge({ access_token: claimsOfContext(context) }, message);
}

function claimsOfContext(context: string): ClaimsRequest["access_token"] {
  return { acrs: { essential: true, value: context } };
}
