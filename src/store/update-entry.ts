import type { KeyValueStore } from "./key-value-store.js";

/** How often a change is retried when others change the same entry in between. */
const MAX_TRIES = 50;

/** An atomic change of one entry. */
export interface EntryChange<Result> {
  readonly key: string;
  readonly ttlMs: number;
  /** Returns the new value, or undefined to keep the entry, and the result for the caller. */
  readonly change: (current: string | undefined) => {
    readonly value: string | undefined;
    readonly result: Result;
    /** Replaces the lifetime; zero deletes the entry. */
    readonly ttlMs?: number;
  };
}

/** A list of names that is kept in one entry. */
export interface BoundedList {
  readonly key: string;
  readonly ttlMs: number;
  readonly maxNames: number;
}

/**
 * Reads an entry, changes it, and writes it if nobody else has changed it in between; else retries.
 *
 * @throws Error when the entry changes so often that no try succeeds.
 */
export async function updateEntry<Result>(
  store: KeyValueStore,
  { key, ttlMs, change }: EntryChange<Result>,
): Promise<Result> {
  for (let tries = 0; tries < MAX_TRIES; tries += 1) {
    const expected = await store.get(key);
    const changed = { ttlMs, ...change(expected) };
    const { value, result } = changed;
    if (value === undefined) return result;
    if (await store.replace({ key, expected, value, ttlMs: changed.ttlMs })) return result;
  }
  throw new Error(`An entry changed ${MAX_TRIES} times while it was being updated`);
}

/** Adds a name to the end of a list, which has it once; returns the oldest names, which had to make room for it. */
export async function addToList(
  store: KeyValueStore,
  { key, ttlMs, maxNames }: BoundedList,
  name: string,
): Promise<readonly string[]> {
  return updateEntry(store, {
    key,
    ttlMs,
    change: (current) => {
      const names = [...readList(current).filter((each) => each !== name), name];
      return {
        value: JSON.stringify(names.slice(-maxNames)),
        result: names.slice(0, -maxNames),
      };
    },
  });
}

/** Removes a name from a list; the last one takes the list along. */
export async function removeFromList(
  store: KeyValueStore,
  { key, ttlMs }: BoundedList,
  name: string,
): Promise<void> {
  await updateEntry(store, {
    key,
    ttlMs,
    change: (current) => {
      const names = readList(current).filter((each) => each !== name);
      const value = current === undefined ? undefined : JSON.stringify(names);
      return { value, result: undefined, ttlMs: names.length === 0 ? 0 : ttlMs };
    },
  });
}

/** Returns the names in the value of a list's entry, the oldest first. */
export function readList(value: string | undefined): readonly string[] {
  return value === undefined ? [] : (JSON.parse(value) as string[]);
}
