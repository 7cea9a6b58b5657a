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
