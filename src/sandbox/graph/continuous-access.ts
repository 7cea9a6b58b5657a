import type { PersonEvents } from "./security-events.js";

/** A claims request that a new access token has to satisfy. */
export type ClaimsChallenge = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/**
 * Evaluates an access token against the events since it was issued. Returns the claims to request, or
 * `undefined` when the token is still valid.
 *
 * @see {@link https://learn.microsoft.com/entra/identity/conditional-access/concept-continuous-access-evaluation | Continuous access evaluation}
 */
export function challengeFor(
  token: { readonly iat: number; readonly ipaddr: string },
  { revokedAt = 0, moved }: PersonEvents,
): ClaimsChallenge | undefined {
  const isRevoked = token.iat < revokedAt;
  const hasMoved = moved !== undefined && token.ipaddr !== moved.ipaddr;
  if (!isRevoked && !hasMoved) return undefined;
  const notBefore = Math.max(isRevoked ? revokedAt : 0, hasMoved ? moved.at : 0);
  return {
    access_token: {
      nbf: { essential: true, value: String(notBefore) },
      ...(hasMoved && { xms_rp_ipaddr: { value: moved.ipaddr } }),
    },
  };
}
