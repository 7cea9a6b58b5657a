import { calculateJwkThumbprint, exportJWK, generateKeyPair, SignJWT } from "jose";
import type { CryptoKey, JWK, JWTPayload } from "jose";

/** The authority's key: signs what it issues, and shows its public half. */
export interface SigningKey {
  /** The public half, as the keys endpoint publishes it. */
  readonly publicJwk: JWK;
  readonly publicKey: CryptoKey;
  /** Signs with RS256. The payload carries all claims; `typ` says what kind of token it is. */
  readonly sign: (payload: JWTPayload, typ: string) => Promise<string>;
}

/** Makes a fresh RSA key of 2,048 bits, so that nothing signed by another start is ever valid. */
export async function createSigningKey(): Promise<SigningKey> {
  const { privateKey, publicKey } = await generateKeyPair("RS256", { modulusLength: 2048 });
  const jwk = await exportJWK(publicKey);
  const kid = await calculateJwkThumbprint(jwk);
  return {
    publicJwk: { ...jwk, use: "sig", kid },
    publicKey,
    sign: (payload, typ) =>
      new SignJWT(payload).setProtectedHeader({ alg: "RS256", typ, kid }).sign(privateKey),
  };
}
