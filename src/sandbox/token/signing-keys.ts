import {
  calculateJwkThumbprint,
  createLocalJWKSet,
  exportJWK,
  generateKeyPair,
  type JWK,
  type JWTPayload,
  type JWTVerifyGetKey,
  SignJWT,
} from "jose";

/** The variable part of a token's header. */
export interface TokenHeader {
  readonly typ: string;
  /** `null` leaves it out. */
  readonly kid?: string | null;
}

/** One RSA key pair. */
interface SigningKey {
  readonly kid: string;
  readonly publicJwk: JWK;
  readonly sign: (payload: JWTPayload, header: TokenHeader) => Promise<string>;
  /** Milliseconds since the epoch at which it is no longer published. */
  withdrawnAt: number;
}

/** The keys of a sandbox: one signs, and those before it stay published for a while. */
export interface SigningKeys {
  /** Signs a complete payload with RS256. The header has `typ` and the key's `kid` unless given. */
  readonly sign: (payload: JWTPayload, header: TokenHeader) => Promise<string>;
  /** Returns the published keys, the one that signs first. */
  readonly published: () => readonly JWK[];
  /** Finds the published key of a token. */
  readonly find: JWTVerifyGetKey;
  /** Signs with a new key from now on; the old one stays published until its tokens have expired. */
  readonly rotate: () => Promise<void>;
}

/** Longer than tokens are valid. */
const RETIRED_KEY_LIFETIME_MS = 2 * 60 * 60_000;

/** Creates keys with a new RSA key, so that tokens of one start are never valid in another. */
export async function createSigningKeys(now: () => number): Promise<SigningKeys> {
  let current = await createSigningKey();
  let all = [current];

  function published(): readonly JWK[] {
    all = all.filter(({ withdrawnAt }) => withdrawnAt > now());
    return all.map(({ publicJwk }) => publicJwk);
  }

  return {
    sign: (payload, header) => current.sign(payload, header),
    published,
    find: (header, token) => createLocalJWKSet({ keys: [...published()] })(header, token),
    rotate: async () => {
      const next = await createSigningKey();
      current.withdrawnAt = now() + RETIRED_KEY_LIFETIME_MS;
      current = next;
      all = [next, ...all];
    },
  };
}

async function createSigningKey(): Promise<SigningKey> {
  const { privateKey, publicKey } = await generateKeyPair("RS256", { modulusLength: 2048 });
  const jwk = await exportJWK(publicKey);
  const kid = await calculateJwkThumbprint(jwk);
  return {
    kid,
    publicJwk: { ...jwk, use: "sig", kid },
    withdrawnAt: Infinity,
    sign: (payload, { typ, kid: named = kid }) => {
      const header = { alg: "RS256", typ, ...(named !== null && { kid: named }) };
      return new SignJWT(payload).setProtectedHeader(header).sign(privateKey);
    },
  };
}
