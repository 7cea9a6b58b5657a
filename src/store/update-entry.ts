import type { KeyValueStore } from "./key-value-store.js";

/** How often a change is tried anew when others change the same entry in between. */
const MAX_TRIES = 50;

/** An atomic change of one entry. */
export interface EntryChange<Result> {
  readonly key: string;
  readonly ttlMs: number;
  /** Gives the new value, or `undefined` to leave the entry as it is, and what the caller wants to know. */
  readonly change: (current: string | undefined) => {
    readonly value: string | undefined;
    readonly result: Result;
  };
}

/**
 * Reads an entry, changes it, and writes it only if nobody else has meanwhile; else tries again.
 *
 * @throws Error when the entry changes so often that no try gets through.
 */
export async function updateEntry<Result>(
  store: KeyValueStore,
  { key, ttlMs, change }: EntryChange<Result>,
): Promise<Result> {
  for (let tries = 0; tries < MAX_TRIES; tries += 1) {
    const expected = await store.get(key);
    const { value, result } = change(expected);
    if (value === undefined) return result;
    if (await store.replace({ key, expected, value, ttlMs })) return result;
  }
  throw new Error(`An entry changed ${MAX_TRIES} times while it was being updated`);
}
