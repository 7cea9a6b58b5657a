import type { UnrecoverableRefusal } from "../challenge/refusal.js";
import type { KeyValueStore } from "../store/key-value-store.js";

/**
 * Stops the authorization requests of a browser when the refusal demands it: the authority saw the
 * same request too often (AADSTS50196).
 */
export async function pauseAuthorizations(
  store: KeyValueStore,
  binding: string,
  refusal: UnrecoverableRefusal,
): Promise<void> {
  if (refusal.coolDownSeconds === undefined) return;
  const value = JSON.stringify(refusal);
  const ttlMs = refusal.coolDownSeconds * 1000;
  // One that has begun is not prolonged by requests in the meantime.
  await store.replace({ key: keyOf(binding), expected: undefined, value, ttlMs });
}

/** Returns the refusal that began the pause, while it lasts. */
export async function readAuthorizationPause(
  store: KeyValueStore,
  binding: string,
): Promise<UnrecoverableRefusal | undefined> {
  const text = await store.get(keyOf(binding));
  return text === undefined ? undefined : (JSON.parse(text) as UnrecoverableRefusal);
}

function keyOf(binding: string): string {
  return `pause:${binding}`;
}
