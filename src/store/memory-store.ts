import { LRUCache } from "lru-cache";
import type { KeyValueStore } from "./key-value-store.js";

/** Limits for each kind of key; beyond them the least recently used entry goes. */
const DEFAULT_LIMITS = { maxEntriesPerKind: 20_000, maxCharactersPerKind: 64 * 1024 * 1024 };

interface Entry {
  readonly value: string;
  readonly expiresAt: number;
}

/** Options of {@link createMemoryStore}. */
export interface MemoryStoreOptions {
  /** The clock, in milliseconds. */
  readonly now?: () => number;
  readonly maxEntriesPerKind?: number;
  readonly maxCharactersPerKind?: number;
}

/**
 * Creates a store in the memory of this process: for one machine, lost with a restart.
 *
 * Each kind of key (the part before the colon) has limits of its own, so that a flood of abandoned
 * sign-ins can push out other sign-ins, but nobody's tokens.
 */
export function createMemoryStore(options: MemoryStoreOptions = {}): KeyValueStore {
  const { now = Date.now } = options;
  const limits = { ...DEFAULT_LIMITS, ...options };
  const kinds = new Map<string, LRUCache<string, Entry>>();

  function entriesOf(key: string): LRUCache<string, Entry> {
    const kind = key.slice(0, key.indexOf(":"));
    const known = kinds.get(kind);
    if (known !== undefined) return known;
    const entries = new LRUCache<string, Entry>({
      max: limits.maxEntriesPerKind,
      maxSize: limits.maxCharactersPerKind,
      sizeCalculation: ({ value }) => Math.max(1, value.length),
    });
    kinds.set(kind, entries);
    return entries;
  }

  function read(key: string): string | undefined {
    const entry = entriesOf(key).get(key);
    if (entry !== undefined && entry.expiresAt > now()) return entry.value;
    entriesOf(key).delete(key);
    return undefined;
  }

  function write(key: string, value: string, ttlMs: number): void {
    entriesOf(key).set(key, { value, expiresAt: now() + ttlMs });
  }

  // Without an `await` in between, each of these is atomic.
  return {
    get: (key) => Promise.resolve(read(key)),
    getAndExtend: (key, ttlMs) => {
      const value = read(key);
      if (value !== undefined) write(key, value, ttlMs);
      return Promise.resolve(value);
    },
    set: (key, value, ttlMs) => {
      write(key, value, ttlMs);
      return Promise.resolve();
    },
    take: (key) => {
      const value = read(key);
      entriesOf(key).delete(key);
      return Promise.resolve(value);
    },
    delete: (key) => {
      entriesOf(key).delete(key);
      return Promise.resolve();
    },
    replace: ({ key, expected, value, ttlMs }) => {
      if (read(key) !== expected) return Promise.resolve(false);
      write(key, value, ttlMs);
      return Promise.resolve(true);
    },
    ping: () => Promise.resolve(),
    close: () => Promise.resolve(),
  };
}
