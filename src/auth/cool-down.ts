import type { TokenRefusal } from "../challenge/token-refusal.js";
import type { KeyValueStore } from "../store/key-value-store.js";

/**
 * Remembers that the authority wants to hear nothing for a while, when the refusal says so: it found
 * the same request coming again and again (AADSTS50196), and every further one prolongs that.
 */
export async function coolDown(
  store: KeyValueStore,
  partition: string,
  refusal: TokenRefusal,
): Promise<void> {
  if (refusal.handling !== "unrecoverable" || refusal.coolDownSeconds === undefined) return;
  const value = JSON.stringify(refusal);
  const ttlMs = refusal.coolDownSeconds * 1000;
  // One that goes on already is not prolonged by those who ask meanwhile.
  await store.replace({ key: keyOf(partition), expected: undefined, value, ttlMs });
}

/** Gives the refusal that began the cool-down of this partition, while it lasts. */
export async function readCoolDown(
  store: KeyValueStore,
  partition: string,
): Promise<TokenRefusal | undefined> {
  const text = await store.get(keyOf(partition));
  return text === undefined ? undefined : (JSON.parse(text) as TokenRefusal);
}

function keyOf(partition: string): string {
  return `cool-down:${partition}`;
}
