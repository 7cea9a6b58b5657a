import type { StepUp } from "../challenge/step-up.js";
import type { IdTokenClaims } from "./id-token-claims.js";

/** Seconds by which an authentication may be older than it was asked to be. */
const TOLERANCE_SECONDS = 10;

/** What an authorization request asked for, and when. */
export interface RequestedStepUp {
  readonly stepUp: StepUp;
  /** Milliseconds since the epoch. */
  readonly requestedAt: number;
}

/**
 * Returns whether the ID token shows that a step-up was not met: `max_age` and `prompt=login` by
 * `auth_time`, `acr_values` by `acr`. Entra sends neither unless the app registration adds them as
 * optional claims; without them only the API decides.
 *
 * @see {@link https://openid.net/specs/openid-connect-core-1_0.html#IDTokenValidation | OpenID Connect Core §3.1.3.7, 12 and 13}
 */
export function isStepUpUnmet(
  idToken: Pick<IdTokenClaims, "iat" | "auth_time" | "acr">,
  { stepUp, requestedAt }: RequestedStepUp,
  now: number,
): boolean {
  // On /trace: not met
  const { acrValues, signInAfresh } = stepUp;
  const maxAgeSeconds = signInAfresh === true ? 0 : stepUp.maxAgeSeconds;
  const { iat, auth_time: authTime, acr } = idToken;
  if (acr !== undefined && acrValues?.includes(acr) === false) return true;
  if (authTime === undefined || maxAgeSeconds === undefined) return false;
  // Both are times of the authority's clock. The token was issued after the request.
  const sinceRequest = (now - requestedAt) / 1000;
  return iat - authTime - sinceRequest > maxAgeSeconds + TOLERANCE_SECONDS;
}
