import { randomUUID } from "node:crypto";
import type { JWTPayload } from "jose";
import type { AuthorityMetadata } from "../../src/auth/authority/authority.js";
import type { IdTokenClaims } from "../../src/auth/id-token-claims.js";
import type { VerifyIdToken } from "../../src/auth/id-token.js";
import type { TestAuthority } from "../support/authority.js";
import type { Deviation } from "../support/authority-keys.js";

/** The client that ID tokens are for. */
export const CLIENT_ID = randomUUID();
/** The access token that comes with them. */
export const ACCESS_TOKEN = "the access token of the same response";

const NONCE = "the nonce of the authorization request";

/** Returns the time in seconds. */
export function nowSeconds(): number {
  return Math.floor(Date.now() / 1000);
}

/** Returns an ID token that fits, but for these members; `undefined` removes one. */
export async function signIdToken(
  authority: TestAuthority,
  claims: JWTPayload = {},
  deviation: Deviation = {},
): Promise<string> {
  const iat = nowSeconds();
  return authority.sign(
    {
      ...{ iss: authority.issuer, aud: CLIENT_ID, tid: authority.tenantId, nonce: NONCE },
      ...{ ver: "2.0", iat, nbf: iat, exp: iat + 3600, oid: "person", sub: "pairwise" },
      ...claims,
    },
    deviation,
  );
}

/** Verifies a token of an authorization request that was made just now. */
export async function verifyRedeemed(
  verify: VerifyIdToken,
  authority: TestAuthority,
  token: string,
): Promise<IdTokenClaims> {
  return verify(token, {
    metadata: metadataOf(authority),
    clientId: CLIENT_ID,
    accessToken: ACCESS_TOKEN,
    authorization: { nonce: NONCE, requestedAt: Date.now() },
  });
}

/** Returns the part of an authority's metadata that is used. */
export function metadataOf({ url, issuer, tenantId }: TestAuthority): AuthorityMetadata {
  return {
    issuer,
    authorization_endpoint: `${url}/authorize`,
    token_endpoint: `${url}/token`,
    end_session_endpoint: `${url}/logout`,
    jwks_uri: `${url}/${tenantId}/discovery/v2.0/keys`,
  };
}
