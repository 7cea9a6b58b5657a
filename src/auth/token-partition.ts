import type { KeyValueStore } from "../store/key-value-store.js";
import { updateEntry } from "../store/update-entry.js";

/** As long as the longest session, in milliseconds; sign-out deletes it earlier. */
const PARTITION_TTL_MS = 8 * 60 * 60 * 1000;

/** A cache with no section in it. */
const EMPTY_CACHE = "{}";

/** MSAL's serialised cache: sections such as `AccessToken`, each a table of entities. */
type Cache = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** Gives a session's serialised token cache, or `undefined` when it is gone. */
export async function readPartition(
  store: KeyValueStore,
  partition: string,
): Promise<string | undefined> {
  return store.get(partitionKey(partition));
}

/** Keeps the token cache of a session that has just signed in. */
export async function createPartition(
  store: KeyValueStore,
  partition: string,
  cache: string,
): Promise<void> {
  await store.set(partitionKey(partition), cache, PARTITION_TTL_MS);
}

/** Forgets a session's tokens. A call under way does not bring them back. */
export async function deletePartition(store: KeyValueStore, partition: string): Promise<void> {
  await store.delete(partitionKey(partition));
}

/** What a request changed in a partition. */
export interface PartitionChange {
  readonly partition: string;
  /** The cache as the request found it. */
  readonly before: string;
  /** The cache as the request leaves it. */
  readonly after: string;
}

/**
 * Writes a request's changes back; `false` when the partition is gone, which it then stays.
 *
 * Another tab may have written meanwhile. So what this request added, changed and removed is done to
 * what is there now, and only where the other tab did nothing: its tokens are the newer ones.
 */
export async function updatePartition(
  store: KeyValueStore,
  { partition, before, after }: PartitionChange,
): Promise<boolean> {
  return changePartition(store, partition, (current) =>
    current === before ? after : mergeCaches({ before, after, current }, isStale),
  );
}

/** Adds the tokens of a redemption to a partition; `false` when the partition is gone. */
export async function joinPartition(
  store: KeyValueStore,
  partition: string,
  cache: string,
): Promise<boolean> {
  return changePartition(store, partition, (current) =>
    mergeCaches({ before: EMPTY_CACHE, after: cache, current }, () => false),
  );
}

/** Changes a partition that is there; one that is gone stays gone, and `false` says so. */
async function changePartition(
  store: KeyValueStore,
  partition: string,
  change: (current: string) => string,
): Promise<boolean> {
  return updateEntry(store, {
    key: partitionKey(partition),
    ttlMs: PARTITION_TTL_MS,
    change: (current) =>
      current === undefined
        ? { value: undefined, result: false }
        : { value: change(current), result: true },
  });
}

/** Gives a serialised cache without its refresh tokens, when the authority calls them dead. */
export function withoutRefreshTokens(cache: string): string {
  return JSON.stringify({ ...(JSON.parse(cache) as Cache), RefreshToken: {} });
}

/** Whether somebody else has changed an entity since this request read it. */
function isStale(before: unknown, current: unknown): boolean {
  return JSON.stringify(before) !== JSON.stringify(current);
}

function mergeCaches(
  texts: { readonly before: string; readonly after: string; readonly current: string },
  isTaken: typeof isStale,
): string {
  const before = JSON.parse(texts.before) as Cache;
  const after = JSON.parse(texts.after) as Cache;
  const merged = JSON.parse(texts.current) as Record<string, Record<string, unknown>>;
  for (const section of new Set([...Object.keys(before), ...Object.keys(after)])) {
    const table = { ...merged[section] };
    const [old, mine] = [before[section] ?? {}, after[section] ?? {}];
    for (const key of new Set([...Object.keys(old), ...Object.keys(mine)])) {
      const isUnchanged = JSON.stringify(old[key]) === JSON.stringify(mine[key]);
      if (isUnchanged || isTaken(old[key], table[key])) continue;
      if (key in mine) table[key] = mine[key];
      else Reflect.deleteProperty(table, key);
    }
    merged[section] = table;
  }
  return JSON.stringify(merged);
}

function partitionKey(partition: string): string {
  return `tokens:${partition}`;
}
