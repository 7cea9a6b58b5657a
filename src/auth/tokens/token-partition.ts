import type { KeyValueStore } from "../../store/key-value-store.js";
import { updateEntry } from "../../store/update-entry.js";
import { cacheOf, withIndex } from "./token-index.js";

/** The longest life of a session, in milliseconds. */
const PARTITION_TTL_MS = 8 * 60 * 60 * 1000;

/**
 * How long a deleted partition cannot be created, in milliseconds: longer than a redemption takes that
 * was under way.
 */
const CLOSED_TTL_MS = 2 * 60 * 1000;

/** A cache with no section in it. */
const EMPTY_CACHE = "{}";

/** MSAL's serialised cache: sections such as `AccessToken`, each a table of entities. */
type Cache = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** Returns a session's tokens with their index, or undefined when they were deleted or have expired. */
export async function readPartition(
  store: KeyValueStore,
  partition: string,
): Promise<string | undefined> {
  return store.get(partitionKey(partition));
}

/**
 * Stores the token cache of a new session; returns false when another request has created the partition,
 * or somebody has just deleted it.
 */
export async function createPartition(
  store: KeyValueStore,
  partition: string,
  cache: string,
): Promise<boolean> {
  const key = partitionKey(partition);
  const value = withIndex(cache);
  const created = { key, expected: undefined, value, ttlMs: PARTITION_TTL_MS };
  try {
    if (!(await store.replace(created))) return false;
    // After the creation: whoever closes the partition now deletes it, too.
    if ((await store.get(closedKey(partition))) === undefined) return true;
    await store.delete(key);
    return false;
  } catch (error) {
    // A store that failed may have created it all the same. It is asked once, for these tokens and not
    // for another tab's; when it cannot delete them, they expire.
    await store.replace({ key, expected: value, value, ttlMs: 0 }).catch(() => undefined);
    throw error;
  }
}

/** Deletes the tokens of a session that did not begin; the next one may have the same name. */
export async function dropPartition(store: KeyValueStore, partition: string): Promise<void> {
  await store.delete(partitionKey(partition));
}

/**
 * Deletes a session's tokens. A request under way neither restores them nor creates them: the partition
 * of a sign-in may be deleted before it exists.
 */
export async function deletePartition(store: KeyValueStore, partition: string): Promise<void> {
  await store.set(closedKey(partition), "1", CLOSED_TTL_MS);
  await store.delete(partitionKey(partition));
}

/** The change of a partition by one request. */
export interface PartitionChange {
  readonly partition: string;
  /** The cache as the request found it. */
  readonly before: string;
  /** The cache as the request leaves it. */
  readonly after: string;
}

/**
 * Applies a request's changes; returns false when the partition was deleted, which it stays.
 *
 * Another tab may have written in the meantime. So what this request added, changed and removed is
 * applied to the current cache, except where the other tab made a change: its tokens are newer.
 */
export async function updatePartition(
  store: KeyValueStore,
  { partition, before, after }: PartitionChange,
): Promise<boolean> {
  return changePartition(store, partition, (current) =>
    current === before ? after : mergeCaches({ before, after, current }, isStale),
  );
}

/** Adds the tokens of a redemption; returns false when the partition was deleted. */
export async function joinPartition(
  store: KeyValueStore,
  partition: string,
  cache: string,
): Promise<boolean> {
  return changePartition(store, partition, (current) =>
    mergeCaches({ before: EMPTY_CACHE, after: cache, current }, () => false),
  );
}

/** Changes an existing partition, an unreadable one as if it were empty; returns false for a deleted one. */
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
        : { value: withIndex(change(cacheOf(current) ?? EMPTY_CACHE)), result: true },
  });
}

/** Returns a serialised cache without its refresh tokens. */
export function withoutRefreshTokens(cache: string): string {
  return JSON.stringify({ ...(JSON.parse(cache) as Cache), RefreshToken: {} });
}

/** Returns whether another request has changed an entity since this one read it. */
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
      const rivals = Object.keys(table).filter((each) => isRival(table[each], mine[key]));
      if (rivals.some((rival) => isTaken(old[rival], table[rival]))) continue;
      for (const rival of rivals) Reflect.deleteProperty(table, rival);
      // What this request removed is undefined, which JSON leaves out.
      table[key] = mine[key];
    }
    merged[section] = table;
  }
  return JSON.stringify(merged);
}

/** The members of MSAL's access token entities that say for what a token is. */
const TOKEN_OWNER = ["home_account_id", "environment", "client_id", "realm", "token_type"];
/** Scopes of OpenID Connect, which no API has. */
export const OIDC_SCOPES: ReadonlySet<string> = new Set([
  "openid",
  "profile",
  "email",
  "offline_access",
]);

/**
 * Returns whether two access tokens of the same account, client and tenant have a scope in common.
 * MSAL replaces such tokens; finding two of them, it discards both.
 */
function isRival(one: unknown, other: unknown): boolean {
  const [a, b] = [one, other] as Readonly<Record<string, unknown>>[];
  if (typeof a?.target !== "string" || typeof b?.target !== "string") return false;
  if (TOKEN_OWNER.some((name) => lowerCase(a[name]) !== lowerCase(b[name]))) return false;
  const scopes = scopesOf(a.target);
  return scopesOf(b.target).some((scope) => scopes.includes(scope));
}

function scopesOf(target: string): string[] {
  const scopes = target.toLowerCase().split(/\s/);
  return scopes.filter((scope) => scope !== "" && !OIDC_SCOPES.has(scope));
}

function lowerCase(value: unknown): unknown {
  return typeof value === "string" ? value.toLowerCase() : value;
}

function partitionKey(partition: string): string {
  return `tokens:${partition}`;
}

/** Returns a key of a visitors' kind: anybody can sign out any number of times. */
function closedKey(partition: string): string {
  return `visitor-closed:${partition}`;
}
