import { LRUCache } from "lru-cache";

interface IdempotentWrite<Result> {
  /** Whose write it is; the same key of another person is another key. */
  readonly personId: string;
  /** The `Idempotency-Key` header. */
  readonly key: string;
  /** What is written; the same key with another value is an error of the client. */
  readonly fingerprint: string;
  readonly execute: () => Promise<Result>;
}

type IdempotentOutcome<Result> =
  { readonly kind: "done"; readonly result: Result } | { readonly kind: "key-reused" };

const MAX_AGE_MS = 24 * 60 * 60 * 1000;

/** Beyond this number the oldest key is forgotten; repeating it writes the same value again. */
const MAX_KEYS = 10_000;

/**
 * Returns a function that executes a write once: for 24 hours a repeated write gets the result of
 * the first, also while the first is under way. A write that failed can be tried again.
 *
 * @see {@link https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header/ | Idempotency-Key}
 */
export function createRunOnce<Result>(
  now: () => number,
): (write: IdempotentWrite<Result>) => Promise<IdempotentOutcome<Result>> {
  const writes = new LRUCache<string, { fingerprint: string; result: Promise<Result> }>({
    max: MAX_KEYS,
    ttl: MAX_AGE_MS,
    ttlResolution: 0,
    perf: { now },
  });

  return async ({ personId, key, fingerprint, execute }) => {
    const name = JSON.stringify([personId, key]);
    const known = writes.peek(name);
    if (known !== undefined && known.fingerprint !== fingerprint) return { kind: "key-reused" };
    const write = known ?? { fingerprint, result: execute() };
    if (known === undefined) writes.set(name, write);
    try {
      return { kind: "done", result: await write.result };
    } catch (error) {
      if (writes.peek(name) === write) writes.delete(name);
      throw error;
    }
  };
}
