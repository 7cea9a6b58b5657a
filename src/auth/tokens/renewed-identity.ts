import { decodeJwt } from "jose";
import type { Account } from "../account.js";
import type { AuthContext } from "../auth-context.js";
import { invalidIdToken } from "../id-token-claims.js";
import type { TokenExchange } from "../token-exchange.js";

/** The claims that a renewal must not change, OpenID Connect Core §12.2. */
const IDENTITY = ["iss", "sub", "oid", "tid"] as const;

/** Returns the kept identity of this person in a session's serialised cache, as a JWT. */
export function findIdentity(cache: string, { oid, tid }: Account): string | undefined {
  const { IdToken: table = {} } = JSON.parse(cache) as {
    readonly IdToken?: Readonly<Record<string, { readonly secret: string }>>;
  };
  return Object.values(table)
    .map(({ secret }) => secret)
    .find((secret) => {
      const claims = decodeJwt(secret);
      return claims.oid === oid && claims.tid === tid;
    });
}

/**
 * Verifies that renewed tokens are of the person who signed in: `iss`, `sub`, `oid` and `tid` of the ID
 * token that came with them are those of the identity that was kept. A renewal without an ID token is
 * legal and proves nothing else.
 *
 * @throws SignInError `ERR_ID_TOKEN_INVALID` when the ID token does not verify or is of somebody else.
 * @throws UpstreamError when the authority's metadata or keys are unavailable, or a clock is wrong.
 * @see {@link https://openid.net/specs/openid-connect-core-1_0.html#RefreshTokenResponse | OpenID Connect Core §12.2}
 */
export async function verifyRenewedIdentity(
  { idToken, result, authorityTime }: Extract<TokenExchange, { kind: "tokens" }>,
  identity: string | undefined,
  { authority, client, verifyIdToken }: Pick<AuthContext, "authority" | "client" | "verifyIdToken">,
): Promise<void> {
  if (idToken === undefined) return;
  const renewed = await verifyIdToken(idToken, {
    metadata: await authority.metadata(),
    clientId: client.clientId,
    accessToken: result.accessToken,
    authorityTime,
  });
  const kept = identity === undefined ? {} : decodeJwt(identity);
  for (const name of IDENTITY) {
    if (kept[name] !== renewed[name]) {
      throw invalidIdToken(`another ${name} after a renewal`);
    }
  }
}
