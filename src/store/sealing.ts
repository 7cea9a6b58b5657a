import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  createSecretKey,
  hkdfSync,
  type KeyObject,
  randomBytes,
} from "node:crypto";

/** Bytes of the digest that every sealed value begins with. */
export const DIGEST_BYTES = 32;

const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const OVERHEAD_BYTES = DIGEST_BYTES + NONCE_BYTES + TAG_BYTES;

/**
 * Seals values for a store that must not be able to read or change them: AES-256-GCM with a random
 * nonce. A sealed value is bound to its name, so it cannot be moved to another one.
 *
 * It begins with a keyed digest of its text. The store compares that in a compare-and-set, because two
 * sealed values of the same text differ.
 *
 * With random nonces, one secret may seal 2^32 values (NIST SP 800-38D, section 8.3).
 */
export interface Sealing {
  /** Seals with the first secret. */
  readonly seal: (name: string, text: string) => Buffer;
  /** Returns the text, or undefined for a value that none of the secrets has sealed for this name. */
  readonly open: (name: string, sealed: Buffer) => string | undefined;
  /** Returns the digests with which a sealed value of this text can begin, one for each secret. */
  readonly digestsOf: (name: string, text: string) => readonly Buffer[];
}

interface Keys {
  readonly encryption: KeyObject;
  readonly digest: KeyObject;
}

/** Creates a sealing: the first secret seals, and values sealed with any of them can be opened. */
export function createSealing(secrets: readonly string[]): Sealing {
  const allKeys = secrets.map(deriveKeys);
  const [first] = allKeys;
  if (first === undefined) throw new RangeError("Sealing needs a secret");
  return {
    seal: (name, text) => seal(first, { name, text }),
    open: (name, sealed) => {
      for (const keys of allKeys) {
        const text = open(keys, { name, sealed });
        if (text !== undefined) return text;
      }
      return undefined;
    },
    digestsOf: (name, text) => allKeys.map(({ digest }) => digestOf(digest, { name, text })),
  };
}

function deriveKeys(secret: string): Keys {
  return { encryption: deriveKey(secret, "encryption"), digest: deriveKey(secret, "digest") };
}

/** Derives a key with HKDF-SHA256 (RFC 5869), one for each use of the secret. */
function deriveKey(secret: string, use: string): KeyObject {
  return createSecretKey(Buffer.from(hkdfSync("sha256", secret, "", `store ${use} v1`, 32)));
}

/** Returns a digest that depends on the name, so that equal texts cannot be found by it. */
function digestOf(
  key: KeyObject,
  { name, text }: { readonly name: string; readonly text: string },
): Buffer {
  const keyOfName = createHmac("sha256", key).update(name).digest();
  return createHmac("sha256", keyOfName).update(text).digest();
}

function seal(keys: Keys, entry: { readonly name: string; readonly text: string }): Buffer {
  const digest = digestOf(keys.digest, entry);
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv("aes-256-gcm", keys.encryption, nonce);
  cipher.setAAD(associatedData(entry.name, digest));
  const encrypted = Buffer.concat([cipher.update(entry.text, "utf8"), cipher.final()]);
  return Buffer.concat([digest, nonce, cipher.getAuthTag(), encrypted]);
}

function open(
  keys: Keys,
  { name, sealed }: { readonly name: string; readonly sealed: Buffer },
): string | undefined {
  if (sealed.length < OVERHEAD_BYTES) return undefined;
  const nonce = sealed.subarray(DIGEST_BYTES, DIGEST_BYTES + NONCE_BYTES);
  const decipher = createDecipheriv("aes-256-gcm", keys.encryption, nonce, {
    authTagLength: TAG_BYTES,
  });
  decipher.setAAD(associatedData(name, sealed.subarray(0, DIGEST_BYTES)));
  decipher.setAuthTag(sealed.subarray(DIGEST_BYTES + NONCE_BYTES, OVERHEAD_BYTES));
  try {
    const text = decipher.update(sealed.subarray(OVERHEAD_BYTES));
    return Buffer.concat([text, decipher.final()]).toString("utf8");
  } catch {
    return undefined;
  }
}

/** Returns what is authenticated with the text: the name, and the digest, whose length is fixed. */
function associatedData(name: string, digest: Buffer): Buffer {
  return Buffer.concat([Buffer.from(name, "utf8"), digest]);
}
