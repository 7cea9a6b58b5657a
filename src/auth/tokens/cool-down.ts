import type { Refusal } from "../../challenge/refusal.js";
import type { KeyValueStore } from "../../store/key-value-store.js";

/**
 * Stops the token requests of a partition when the refusal demands it: the authority saw the same
 * request too often (AADSTS50196), and each further one prolongs its refusal, or it is busy and says when
 * it accepts the next request.
 */
export async function coolDown(
  store: KeyValueStore,
  partition: string,
  refusal: Refusal,
): Promise<void> {
  const seconds = coolDownSecondsOf(refusal);
  if (seconds === 0) return;
  const value = JSON.stringify(refusal);
  const ttlMs = seconds * 1000;
  // One that has begun is not prolonged by requests in the meantime.
  await store.replace({ key: keyOf(partition), expected: undefined, value, ttlMs });
}

/** Returns the refusal that began the cool-down of this partition, while it lasts. */
export async function readCoolDown(
  store: KeyValueStore,
  partition: string,
): Promise<Refusal | undefined> {
  const text = await store.get(keyOf(partition));
  return text === undefined ? undefined : (JSON.parse(text) as Refusal);
}

function coolDownSecondsOf(refusal: Refusal): number {
  switch (refusal.handling) {
    case "interactive":
      return 0;
    case "transient":
      return refusal.retryAfterSeconds ?? 0;
    case "unrecoverable":
      return refusal.coolDownSeconds ?? 0;
  }
}

function keyOf(partition: string): string {
  return `cool-down:${partition}`;
}
