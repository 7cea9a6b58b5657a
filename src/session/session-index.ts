import { createHash } from "node:crypto";
import type { KeyValueStore } from "../store/key-value-store.js";
import { addToList, readList, removeFromList } from "../store/update-entry.js";
import type { BoundedList } from "../store/update-entry.js";

/** The sessions that a person may have at once; beyond them the oldest one ends. */
const MAX_SESSIONS = 10;

/** The longest life of a session, in milliseconds. */
const INDEX_TTL_MS = 8 * 60 * 60 * 1000;

/** How long no sign-in of an ended `sid` is kept, in milliseconds: longer than one that is under way takes. */
const ENDED_TTL_MS = 2 * 60 * 1000;

/** A session of the authority, by the claims of an ID token. */
export interface AuthoritySession {
  readonly iss: string;
  readonly sid: string;
}

/** A person, by the verified claims of their ID token. */
interface Person {
  readonly oid: string;
  readonly tid: string;
}

/**
 * Adds a session, by its partition, to those of its person. Returns the partitions of the oldest ones,
 * which had to make room for it and must end.
 */
export async function addSessionOf(
  store: KeyValueStore,
  person: Person,
  partition: string,
): Promise<readonly string[]> {
  return addToList(store, sessionsOf(person), partition);
}

/** Removes a session that has ended from those of its person. */
export async function removeSessionOf(
  store: KeyValueStore,
  person: Person,
  partition: string,
): Promise<void> {
  await removeFromList(store, sessionsOf(person), partition);
}

/**
 * Adds a session, by its partition, to those that end with a session of the authority. Returns the
 * partitions that must end: the oldest ones, or this one when the authority has just ended its session.
 */
export async function linkToAuthoritySession(
  store: KeyValueStore,
  session: AuthoritySession,
  partition: string,
): Promise<readonly string[]> {
  const oldest = await addToList(store, listOf(session), partition);
  // After the addition: whoever ends the session from now on finds the partition in the list.
  const isEnded = (await store.get(endedKey(session))) !== undefined;
  return isEnded ? [...oldest, partition] : oldest;
}

/** Removes a session that has ended, or moved on, from those that end with a session of the authority. */
export async function unlinkFromAuthoritySession(
  store: KeyValueStore,
  session: AuthoritySession,
  partition: string,
): Promise<void> {
  await removeFromList(store, listOf(session), partition);
}

/** Ends a session of the authority; returns the partitions of all sessions that end with it. */
export async function endAuthoritySession(
  store: KeyValueStore,
  session: AuthoritySession,
): Promise<readonly string[]> {
  await store.set(endedKey(session), "1", ENDED_TTL_MS);
  return readList(await store.take(listOf(session).key));
}

function listOf({ iss, sid }: AuthoritySession): BoundedList {
  return { key: `sid:${hashOf([iss, sid])}`, ttlMs: INDEX_TTL_MS, maxNames: MAX_SESSIONS };
}

/** Returns a key of a visitors' kind: anybody can name any number of sessions. */
function endedKey({ iss, sid }: AuthoritySession): string {
  return `visitor-ended-sid:${hashOf([iss, sid])}`;
}

function sessionsOf({ oid, tid }: Person): BoundedList {
  return { key: `sessions:${hashOf([tid, oid])}`, ttlMs: INDEX_TTL_MS, maxNames: MAX_SESSIONS };
}

function hashOf(parts: readonly string[]): string {
  return createHash("sha256").update(JSON.stringify(parts)).digest("base64url");
}
