import { LRUCache } from "lru-cache";
import type { KeyValueStore } from "./key-value-store.js";

/** What the entries may take unless the caller says otherwise. */
const DEFAULT_MAX_BYTES = 256 * 1024 * 1024;

/** The part of it that is for entries of visitors; the rest is for people who are signed in. */
const VISITORS_SHARE = 1 / 4;

/** What an entry takes besides its key and value, in bytes; measured. */
const ENTRY_BYTES = 250;

/** How often expired entries are removed, in milliseconds. */
const SWEEP_MS = 60_000;

/** How long after a call of `onFull` there is no other one for the same kind, in milliseconds. */
const QUIET_MS = 10 * 60_000;

interface Entry {
  readonly value: string;
  expiresAt: number;
}

type Entries = LRUCache<string, Entry>;

/** Options of {@link createMemoryStore}. */
export interface MemoryStoreOptions {
  /** The clock, in milliseconds. */
  readonly now?: () => number;
  /** What keys and values may take, in bytes; a quarter of it is for visitors. */
  readonly maxBytes?: number;
  /** Is called when an entry has been dropped that had not expired: at most every ten minutes for a kind. */
  readonly onFull?: ((kind: string) => void) | undefined;
}

/**
 * Creates a store in the memory of this process: for one machine, lost with a restart.
 *
 * When it is full it drops the least recently used entries. Those of visitors have a share of their
 * own, so that a flood of abandoned sign-ins drops nothing of anybody who is signed in.
 */
export function createMemoryStore(options: MemoryStoreOptions = {}): KeyValueStore {
  const { now = Date.now, maxBytes = DEFAULT_MAX_BYTES } = options;
  const noticeDropped = createDropNotice(options, now);
  const visitors = createEntries(maxBytes * VISITORS_SHARE);
  const people = createEntries(maxBytes * (1 - VISITORS_SHARE));
  let nextSweepAt = 0;

  function createEntries(maxSize: number): Entries {
    return new LRUCache({
      maxSize: Math.ceil(maxSize),
      sizeCalculation: ({ value }, key) => ENTRY_BYTES + byteLength(key) + byteLength(value),
      dispose: ({ expiresAt }, key, reason) => {
        if (reason === "evict" && expiresAt > now()) noticeDropped(key);
      },
    });
  }

  function entriesOf(key: string): Entries {
    return key.startsWith("visitor") ? visitors : people;
  }

  function find(key: string): Entry | undefined {
    const entry = entriesOf(key).get(key);
    if (entry !== undefined && entry.expiresAt > now()) return entry;
    entriesOf(key).delete(key);
    return undefined;
  }

  function write(key: string, entry: Entry): void {
    sweep();
    entriesOf(key).set(key, entry);
  }

  /** Removes what has expired: nobody may ask for it again. */
  function sweep(): void {
    if (now() < nextSweepAt) return;
    nextSweepAt = now() + SWEEP_MS;
    for (const entries of [visitors, people]) {
      const expired = [...entries.entries()].filter(([, { expiresAt }]) => expiresAt <= now());
      for (const [key] of expired) entries.delete(key);
    }
  }

  // Without an `await` in between, each of these is atomic.
  return {
    get: (key) => Promise.resolve(find(key)?.value),
    getAndExtend: (key, ttlMs) => {
      const entry = find(key);
      if (entry !== undefined) entry.expiresAt = now() + ttlMs;
      return Promise.resolve(entry?.value);
    },
    set: (key, value, ttlMs) => {
      write(key, { value, expiresAt: now() + ttlMs });
      return Promise.resolve();
    },
    take: (key) => {
      const entry = find(key);
      entriesOf(key).delete(key);
      return Promise.resolve(entry?.value);
    },
    delete: (key) => {
      entriesOf(key).delete(key);
      return Promise.resolve();
    },
    replace: ({ key, expected, value, ttlMs }) => {
      if (find(key)?.value !== expected) return Promise.resolve(false);
      write(key, { value, expiresAt: now() + ttlMs });
      return Promise.resolve(true);
    },
    increment: (key, ttlMs) => {
      const { value, expiresAt } = find(key) ?? { value: "0", expiresAt: now() + ttlMs };
      const sum = Number(value) + 1;
      write(key, { value: String(sum), expiresAt });
      return Promise.resolve(sum);
    },
    ping: () => Promise.resolve(),
    close: () => Promise.resolve(),
  };
}

/** Creates the function that reports the kind of a dropped entry, unless it has just done so. */
function createDropNotice(
  { onFull }: MemoryStoreOptions,
  now: () => number,
): (key: string) => void {
  const quietUntil = new Map<string, number>();
  return (key) => {
    const kind = key.slice(0, key.indexOf(":"));
    if (now() < (quietUntil.get(kind) ?? 0)) return;
    quietUntil.set(kind, now() + QUIET_MS);
    onFull?.(kind);
  };
}

/** Returns the bytes of a text: one for each character, or two when one of them is not in Latin-1. */
function byteLength(text: string): number {
  return /[\u0100-\uffff]/.test(text) ? text.length * 2 : text.length;
}
