import type { KeyValueStore, Replacement } from "./key-value-store.js";

/** How much one process keeps of each kind of key before the least recently used goes. */
const DEFAULT_LIMITS = { maxEntriesPerKind: 20_000, maxCharactersPerKind: 64 * 1024 * 1024 };

interface Entry {
  readonly value: string;
  readonly expiresAt: number;
}

interface Kind {
  /** In order of use, the least recent first. */
  readonly entries: Map<string, Entry>;
  characters: number;
}

/** What {@link createMemoryStore} can be told. */
export interface MemoryStoreOptions {
  /** The clock, in milliseconds. */
  readonly now?: () => number;
  readonly maxEntriesPerKind?: number;
  readonly maxCharactersPerKind?: number;
}

/**
 * Gives a store in the memory of this process: for one machine, gone with a restart.
 *
 * It is bounded for each kind of key (the part before the colon) by itself, so that a flood of
 * abandoned sign-ins can push out other sign-ins, never anybody's tokens.
 */
export function createMemoryStore(options: MemoryStoreOptions = {}): KeyValueStore {
  const now = options.now ?? Date.now;
  const limits = { ...DEFAULT_LIMITS, ...options };
  const kinds = new Map<string, Kind>();

  function kindOf(key: string): Kind {
    const name = key.slice(0, key.indexOf(":"));
    let kind = kinds.get(name);
    if (kind === undefined) kinds.set(name, (kind = { entries: new Map(), characters: 0 }));
    return kind;
  }

  function remove(key: string): void {
    const kind = kindOf(key);
    kind.characters -= kind.entries.get(key)?.value.length ?? 0;
    kind.entries.delete(key);
  }

  function read(key: string): string | undefined {
    const entry = kindOf(key).entries.get(key);
    if (entry === undefined) return undefined;
    remove(key);
    if (entry.expiresAt <= now()) return undefined;
    insert(key, entry);
    return entry.value;
  }

  function insert(key: string, entry: Entry): void {
    const kind = kindOf(key);
    kind.entries.set(key, entry);
    kind.characters += entry.value.length;
  }

  function write(key: string, value: string, ttlMs: number): void {
    remove(key);
    insert(key, { value, expiresAt: now() + ttlMs });
    makeRoom(kindOf(key));
  }

  function makeRoom(kind: Kind): void {
    for (const key of kind.entries.keys()) {
      const fits =
        kind.entries.size <= limits.maxEntriesPerKind &&
        kind.characters <= limits.maxCharactersPerKind;
      if (fits) return;
      remove(key);
    }
  }

  return {
    get: (key) => Promise.resolve(read(key)),
    set: (key, value, ttlMs) => {
      write(key, value, ttlMs);
      return Promise.resolve();
    },
    take: (key) => {
      const value = read(key);
      remove(key);
      return Promise.resolve(value);
    },
    delete: (key) => {
      remove(key);
      return Promise.resolve();
    },
    replace: ({ key, expected, value, ttlMs }: Replacement) => {
      if (read(key) !== expected) return Promise.resolve(false);
      write(key, value, ttlMs);
      return Promise.resolve(true);
    },
  };
}
