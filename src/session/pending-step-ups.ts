import { createHash } from "node:crypto";
import { restoreStepUp, type StepUp } from "../challenge/step-up.js";
import type { KeyValueStore } from "../store/key-value-store.js";
import { addToList, removeFromList, type BoundedList } from "../store/update-entry.js";
import type { UserAction } from "./step-up-guard.js";

/** How long a JSON client's person may take to open the URL, in milliseconds. */
const PENDING_TTL_MS = 10 * 60 * 1000;

/** The pending step-ups of one session; beyond them the oldest one goes. */
const MAX_PENDING = 20;

/** A step-up that a JSON client was told of and that has not begun yet. */
export interface PendingStepUp {
  readonly scopes: readonly string[];
  readonly stepUp: StepUp;
  /** Which interactive round of the action it is, from 1. */
  readonly round: number;
}

/** Keeps a step-up until somebody opens the URL that the JSON client got. */
export async function savePendingStepUp(
  store: KeyValueStore,
  action: UserAction,
  pending: PendingStepUp,
): Promise<void> {
  const key = keyOf(action);
  await store.set(key, JSON.stringify(pending), PENDING_TTL_MS);
  for (const oldest of await addToList(store, listOf(action), key)) await store.delete(oldest);
}

/** Returns the pending step-up of this action. */
export async function readPendingStepUp(
  store: KeyValueStore,
  action: UserAction,
): Promise<PendingStepUp | undefined> {
  const text = await store.get(keyOf(action));
  if (text === undefined) return undefined;
  const pending = JSON.parse(text) as PendingStepUp;
  return { ...pending, stepUp: restoreStepUp(pending.stepUp) };
}

/** Deletes it when it has begun or is no longer needed. */
export async function deletePendingStepUp(store: KeyValueStore, action: UserAction): Promise<void> {
  const key = keyOf(action);
  await store.delete(key);
  await removeFromList(store, listOf(action), key);
}

function listOf({ binding }: UserAction): BoundedList {
  return { key: `pending-step-ups:${binding}`, ttlMs: PENDING_TTL_MS, maxNames: MAX_PENDING };
}

function keyOf({ binding, returnTo }: UserAction): string {
  const name = createHash("sha256").update(`${binding} ${returnTo}`).digest("base64url");
  return `pending-step-up:${name}`;
}
