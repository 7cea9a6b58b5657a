import { randomUUID } from "node:crypto";
import { exportJWK, exportSPKI, generateKeyPair, importJWK, SignJWT } from "jose";
import type { CryptoKey, JWK, JWTPayload } from "jose";

/** How a token of a negative test deviates. */
export interface Deviation {
  /** Replaces members of the JWS header; `undefined` removes one. */
  readonly header?: Readonly<Record<string, unknown>>;
  /**
   * `stranger`: a key that is not in the key set, under the `kid` of one that is.
   * `other-algorithm`: RS512, with the key that the key set has.
   * `public-key-as-secret`: HS256 with the public key, the classic confusion of algorithms.
   * `none`: no signature at all.
   */
  readonly signedBy?: "stranger" | "other-algorithm" | "public-key-as-secret" | "none";
}

/** The signing keys of an authority. */
export interface SigningKeys {
  readonly sign: (claims: JWTPayload, deviation?: Deviation) => Promise<string>;
  /** Returns the key set as the authority publishes it. */
  readonly jwks: () => { readonly keys: readonly JWK[] };
  /** Signs with a new key from now on; the old one is no longer published. */
  readonly rotate: () => Promise<void>;
}

interface KeyPair {
  readonly kid: string;
  readonly privateKey: CryptoKey;
  readonly publicJwk: JWK;
  readonly publicPem: string;
}

/** Creates RS256 keys (2,048 bits). */
export async function createSigningKeys(): Promise<SigningKeys> {
  let current = await generate();
  let stranger: KeyPair | undefined;

  async function sign(claims: JWTPayload, deviation: Deviation = {}): Promise<string> {
    const header = { alg: "RS256", typ: "JWT", kid: current.kid, ...deviation.header };
    if (deviation.signedBy === "none") {
      return `${encode({ ...header, alg: "none" })}.${encode(claims)}.`;
    }
    const token = new SignJWT(claims);
    if (deviation.signedBy === "public-key-as-secret") {
      const secret = new TextEncoder().encode(current.publicPem);
      return token.setProtectedHeader({ ...header, alg: "HS256" }).sign(secret);
    }
    if (deviation.signedBy === "other-algorithm") {
      const key = await importJWK(await exportJWK(current.privateKey), "RS512");
      return token.setProtectedHeader({ ...header, alg: "RS512" }).sign(key);
    }
    if (deviation.signedBy === "stranger") {
      stranger ??= await generate();
      return token.setProtectedHeader(header).sign(stranger.privateKey);
    }
    return token.setProtectedHeader(header).sign(current.privateKey);
  }

  return {
    sign,
    jwks: () => ({ keys: [current.publicJwk] }),
    rotate: async () => {
      current = await generate();
    },
  };
}

async function generate(): Promise<KeyPair> {
  const { privateKey, publicKey } = await generateKeyPair("RS256", { extractable: true });
  const kid = randomUUID();
  // Entra publishes no `alg`.
  const publicJwk = { ...(await exportJWK(publicKey)), kid, use: "sig" };
  return { kid, privateKey, publicJwk, publicPem: await exportSPKI(publicKey) };
}

function encode(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString("base64url");
}
