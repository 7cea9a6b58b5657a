import type { UnrecoverableRefusal } from "../challenge/refusal.js";
import type { KeyValueStore } from "../store/key-value-store.js";
import { kindFor, type StateOwner } from "./session-data.js";

/**
 * Stops the authorization requests of a browser when the refusal demands it: the authority saw the
 * same request too often (AADSTS50196).
 */
export async function pauseAuthorizations(
  store: KeyValueStore,
  owner: StateOwner,
  refusal: UnrecoverableRefusal,
): Promise<void> {
  if (refusal.coolDownSeconds === undefined) return;
  const value = JSON.stringify(refusal);
  const ttlMs = refusal.coolDownSeconds * 1000;
  // One that has begun is not prolonged by requests in the meantime.
  await store.replace({ key: keyOf(owner), expected: undefined, value, ttlMs });
}

/** Returns the refusal that began the pause, while it lasts, also after a sign-in or sign-out. */
export async function readAuthorizationPause(
  store: KeyValueStore,
  binding: string,
): Promise<UnrecoverableRefusal | undefined> {
  const text =
    (await store.get(keyOf({ binding, isVisitor: false }))) ??
    (await store.get(keyOf({ binding, isVisitor: true })));
  return text === undefined ? undefined : (JSON.parse(text) as UnrecoverableRefusal);
}

function keyOf(owner: StateOwner): string {
  return `${kindFor(owner, "pause")}:${owner.binding}`;
}
