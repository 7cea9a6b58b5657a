import { BoundedMap } from "../bounded-map.js";

/** A write that is to happen once, however often it is sent. */
export interface IdempotentWrite<Result> {
  /** Whose write it is: keys of different people never meet. */
  readonly personId: string;
  /** The client's `Idempotency-Key`. */
  readonly key: string;
  /** What is written; the same key with another one is a mistake of the client. */
  readonly fingerprint: string;
  readonly execute: () => Promise<Result>;
}

/** What came of it. */
export type IdempotentOutcome<Result> =
  { readonly kind: "done"; readonly result: Result } | { readonly kind: "key-reused" };

/** Executes writes once. */
export type RunOnce<Result> = (
  write: IdempotentWrite<Result>,
) => Promise<IdempotentOutcome<Result>>;

/** What {@link createRunOnce} needs. */
export interface RunOnceOptions {
  /** The clock, in milliseconds. */
  readonly now: () => number;
}

const MAX_AGE_MS = 24 * 60 * 60 * 1000;

/** Beyond this many the oldest is forgotten: repeating it then writes the same value again. */
const MAX_KEYS = 10_000;

/**
 * Gives a memory of 24 hours in which a repeated write finds the answer of the first, also while
 * the first is under way. A write that failed is forgotten, so it can be tried again.
 *
 * @see {@link https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header/ | Idempotency-Key}
 */
export function createRunOnce<Result>({ now }: RunOnceOptions): RunOnce<Result> {
  const writes = new BoundedMap<{ fingerprint: string; result: Promise<Result> }>({
    maxEntries: MAX_KEYS,
    maxAgeMs: MAX_AGE_MS,
    now,
  });

  return async ({ personId, key, fingerprint, execute }) => {
    const name = JSON.stringify([personId, key]);
    const known = writes.get(name);
    if (known !== undefined && known.fingerprint !== fingerprint) return { kind: "key-reused" };
    const write = known ?? { fingerprint, result: execute() };
    if (known === undefined) writes.set(name, write);
    try {
      return { kind: "done", result: await write.result };
    } catch (error) {
      if (writes.get(name) === write) writes.delete(name);
      throw error;
    }
  };
}
