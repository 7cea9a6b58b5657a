import { randomUUID } from "node:crypto";
import { setTimeout as waitMilliseconds } from "node:timers/promises";
import type { KeyValueStore } from "./key-value-store.js";

/** Milliseconds between two attempts to get a lock. */
const POLL_MS = 50;

/** Options of {@link withLock}. */
export interface LockOptions {
  /** What the lock is for. */
  readonly name: string;
  /** How long it is held at most, in milliseconds: a process that ends must not hold it for ever. */
  readonly ttlMs: number;
  /** How long to wait for it at most, in milliseconds. */
  readonly waitMs: number;
  /** The clock, in milliseconds. */
  readonly now?: () => number;
  /** Waits that many milliseconds. */
  readonly wait?: (ms: number) => Promise<unknown>;
}

/** The result of the work, or that somebody else held the lock for the whole time. */
export type LockResult<Result> =
  { readonly kind: "done"; readonly result: Result } | { readonly kind: "busy" };

/**
 * Runs work that one process at a time should do. Work that takes longer than the lock is held may
 * overlap with that of others, so the lock saves work and does not replace compare-and-set.
 *
 * @throws whatever the work and the store throw.
 */
export async function withLock<Result>(
  store: KeyValueStore,
  { name, ttlMs, waitMs, now = Date.now, wait = waitMilliseconds }: LockOptions,
  work: () => Promise<Result>,
): Promise<LockResult<Result>> {
  const key = `lock:${name}`;
  const owner = randomUUID();
  const endsAt = now() + waitMs;
  while (!(await store.replace({ key, expected: undefined, value: owner, ttlMs }))) {
    if (now() >= endsAt) return { kind: "busy" };
    await wait(Math.min(POLL_MS, endsAt - now()));
  }
  try {
    return { kind: "done", result: await work() };
  } finally {
    // A lifetime of zero deletes the lock if it is still ours. If that fails, it expires by itself.
    const released = store.replace({ key, expected: owner, value: "", ttlMs: 0 });
    await released.catch(() => undefined);
  }
}
