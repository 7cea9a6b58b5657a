import { calculateJwkThumbprint, exportJWK, generateKeyPair, SignJWT } from "jose";
import type { CryptoKey, JWK, JWTPayload } from "jose";

/** The key that signs every token of a sandbox. */
export interface SigningKey {
  readonly publicJwk: JWK;
  readonly publicKey: CryptoKey;
  /** Signs a complete payload with RS256. `typ` goes into the header. */
  readonly sign: (payload: JWTPayload, typ: string) => Promise<string>;
}

/** Creates a new RSA key, so that tokens of one start are never valid in another. */
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
