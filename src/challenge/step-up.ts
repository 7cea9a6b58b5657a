import type { ApiChallenge } from "./api-challenge.js";
import { readClaimsRequest, type ClaimsRequest } from "./claims-request.js";

/** What a new token must satisfy so that an API accepts it. */
export interface StepUp {
  /** Sent in every request for a token and in the authorization request. */
  readonly claims?: ClaimsRequest | undefined;
  /** RFC 9470 §4: sent in the authorization request as `acr_values`, in order of preference. */
  readonly acrValues?: readonly string[] | undefined;
  /** RFC 9470 §4: sent in the authorization request as `max_age`. */
  readonly maxAgeSeconds?: number | undefined;
  /** The API asked for a step-up without naming anything: the request carries `prompt=login`. */
  readonly signInAfresh?: true | undefined;
}

/** Entra's authentication contexts: `c1` to `c99` are a tenant's own, `p1` and the like Microsoft's. */
const AUTHENTICATION_CONTEXT = /^[cp][1-9][0-9]?$/;

/** Returns the step-up that a challenge asks for, or undefined when it asks for none. */
export function stepUpFor(challenge: ApiChallenge): StepUp | undefined {
  switch (challenge.kind) {
    case "claims-challenge":
      return { claims: challenge.claims };
    case "step-up": {
      const { acrValues, maxAgeSeconds } = challenge;
      if (acrValues === undefined && maxAgeSeconds === undefined) return { signInAfresh: true };
      return { claims: claimsForStepUp(acrValues ?? []), acrValues, maxAgeSeconds };
    }
    case "malformed":
    case "none":
      return undefined;
  }
}

/**
 * Translates the `acr_values` of RFC 9470 into the claims request that Microsoft Entra acts on: `acrs`
 * of the access token, any one of which satisfies it.
 *
 * Translates Entra's authentication contexts only: its policies know no other values, and an essential
 * claim with one could never be satisfied. Returns undefined when there is none.
 */
export function claimsForStepUp(acrValues: readonly string[]): ClaimsRequest | undefined {
  const contexts = [...new Set(acrValues.filter((value) => AUTHENTICATION_CONTEXT.test(value)))];
  if (contexts.length === 0) return undefined;
  const demand = contexts.length === 1 ? { value: contexts[0] } : { values: contexts };
  return usableClaims(JSON.stringify({ access_token: { acrs: { essential: true, ...demand } } }));
}

/**
 * Returns whether a step-up asks again for what another one carried: each of its claims, its
 * `acr_values` and its `max_age`. A step-up without any demand (a consent, a revoked grant) repeats
 * only another one without.
 */
export function repeatsDemand(asked: StepUp, carried: StepUp): boolean {
  const [again, before] = [asked, carried].map(demandsOf) as [Demands, Demands];
  if (again.size === 0) return before.size === 0;
  return [...again].every(([name, value]) => before.get(name) === value);
}

type Demands = ReadonlyMap<string, string>;

/** Returns each demand of a step-up under a name, as text with the members of objects in order. */
function demandsOf({ claims, acrValues, maxAgeSeconds, signInAfresh }: StepUp): Demands {
  const demands = new Map<string, string>();
  const members = JSON.parse(claims ?? "{}") as Record<string, Record<string, unknown>>;
  for (const [member, named] of Object.entries(members)) {
    for (const [claim, demand] of Object.entries(Object(named) as Record<string, unknown>)) {
      demands.set(JSON.stringify([member, claim]), canonicalText(demand));
    }
  }
  const words = { acrValues, maxAgeSeconds, signInAfresh };
  for (const [name, value] of Object.entries(words)) {
    if (value !== undefined) demands.set(name, JSON.stringify(value));
  }
  return demands;
}

function canonicalText(value: unknown): string {
  return JSON.stringify(value, (_name, part: unknown) => {
    if (typeof part !== "object" || part === null || Array.isArray(part)) return part;
    return Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)));
  });
}

/**
 * Reads a step-up that was stored as JSON. The claims are validated again, so that a changed store
 * cannot put other text into a request.
 */
export function restoreStepUp(stored: StepUp): StepUp {
  return { ...stored, claims: usableClaims(stored.claims) };
}

function usableClaims(text = ""): ClaimsRequest | undefined {
  const reading = readClaimsRequest(text);
  return reading.kind === "usable" ? reading.claims : undefined;
}
