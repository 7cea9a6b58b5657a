import type { ToldOf } from "./security-events.js";

/** A claims request that a new access token has to satisfy. */
export type ClaimsChallenge = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/**
 * Evaluates an access token against the events since it was issued. Gives the claims to ask for, or
 * `undefined` when the token still holds.
 *
 * @see {@link https://learn.microsoft.com/entra/identity/conditional-access/concept-continuous-access-evaluation | Continuous access evaluation}
 */
export function challengeFor(
  token: { readonly iat: number; readonly ipaddr: string },
  { revokedAt, moved }: ToldOf,
): ClaimsChallenge | undefined {
  const isRevoked = revokedAt !== undefined && token.iat < revokedAt;
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
