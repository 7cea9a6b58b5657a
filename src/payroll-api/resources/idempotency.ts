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

/** The writes of one person, by key. */
type PersonWrites<Result> = LRUCache<
  string,
  { readonly fingerprint: string; readonly result: Promise<Result> }
>;

const MAX_AGE_MS = 24 * 60 * 60 * 1000;

/** Beyond this number a person's oldest key is forgotten; repeating it writes the same value again. */
const MAX_KEYS_PER_PERSON = 100;

/** Beyond this number the keys of whoever has written least recently are forgotten. */
const MAX_PEOPLE = 10_000;

/**
 * Returns a function that executes a write once: for 24 hours a repeated write gets the result of
 * the first, also while the first is under way. A write that failed can be tried again. Each person
 * has a memory of their own, so that nobody's writes push out the keys of another.
 *
 * @see {@link https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header/ | Idempotency-Key}
 */
export function createRunOnce<Result>(
  now: () => number,
): (write: IdempotentWrite<Result>) => Promise<IdempotentOutcome<Result>> {
  const bounds = { ttl: MAX_AGE_MS, ttlResolution: 0, perf: { now } };
  const people = new LRUCache<string, PersonWrites<Result>>({ max: MAX_PEOPLE, ...bounds });

  function writesOf(personId: string): PersonWrites<Result> {
    const writes = people.get(personId) ?? new LRUCache({ max: MAX_KEYS_PER_PERSON, ...bounds });
    // Set again, because a write prolongs the life of the memory.
    people.set(personId, writes);
    return writes;
  }

  return async ({ personId, key, fingerprint, execute }) => {
    const writes = writesOf(personId);
    const known = writes.peek(key);
    if (known !== undefined && known.fingerprint !== fingerprint) return { kind: "key-reused" };
    const write = known ?? { fingerprint, result: execute() };
    if (known === undefined) writes.set(key, write);
    try {
      return { kind: "done", result: await write.result };
    } catch (error) {
      if (writes.peek(key) === write) writes.delete(key);
      throw error;
    }
  };
}
