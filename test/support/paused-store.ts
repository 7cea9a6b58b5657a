import { UpstreamError } from "../../src/errors.js";
import type { KeyValueStore } from "../../src/store/key-value-store.js";
import { createMemoryStore } from "../../src/store/memory-store.js";
import { createPause, type Pause } from "./gate.js";

/** A store that a test can hold up, as a slow network does, and look into. */
export interface PausedStore extends KeyValueStore {
  /** Holds up the next such operation on a key of this kind, such as `session`. */
  readonly pauseBefore: (operation: "get" | "set" | "replace", kind: string) => Pause;
  /** Makes every such operation on a key of this kind fail from now on, as those of Redis do. */
  readonly failAt: (operation: "get" | "set" | "replace" | "delete", kind: string) => void;
  /** Lets all operations succeed again. */
  readonly mend: () => void;
  /** The keys of this kind that were ever written and are there now. */
  readonly keysOf: (kind: string) => Promise<readonly string[]>;
}

/** Creates such a store, in memory; `now` is its clock, in milliseconds. */
export function createPausedStore(now = Date.now): PausedStore {
  const memory = createMemoryStore({ now });
  const pauses = new Map<string, () => Promise<void>>();
  const failing = new Set<string>();
  const written = new Set<string>();

  async function passing(operation: string, key: string): Promise<void> {
    const name = `${operation} ${key.slice(0, key.indexOf(":"))}`;
    const pause = pauses.get(name);
    if (failing.has(name)) throw new UpstreamError("ERR_STORE_UNAVAILABLE", "The store is down.");
    pauses.delete(name);
    await pause?.();
  }

  return {
    ...memory,
    get: async (key) => {
      await passing("get", key);
      return memory.get(key);
    },
    set: async (key, value, ttlMs) => {
      await passing("set", key);
      written.add(key);
      return memory.set(key, value, ttlMs);
    },
    replace: async (replacement) => {
      await passing("replace", replacement.key);
      written.add(replacement.key);
      return memory.replace(replacement);
    },
    delete: async (key) => {
      await passing("delete", key);
      return memory.delete(key);
    },
    pauseBefore: (operation, kind) => {
      const { pause, hold } = createPause();
      pauses.set(`${operation} ${kind}`, hold);
      return pause;
    },
    failAt: (operation, kind) => {
      failing.add(`${operation} ${kind}`);
    },
    mend: () => {
      failing.clear();
    },
    keysOf: async (kind) => {
      const keys = [...written].filter((key) => key.startsWith(`${kind}:`));
      const values = await Promise.all(keys.map((key) => memory.get(key)));
      return keys.filter((_key, index) => values[index] !== undefined);
    },
  };
}
