import { createHash } from "node:crypto";
import type { KeyValueStore } from "../store/key-value-store.js";
import type { PendingFlow } from "./authorization-transactions.js";
import type { UserAction } from "./step-up-guard.js";

/** How long a program may take to send its person to the sign-in, in milliseconds. */
const PENDING_TTL_MS = 10 * 60 * 1000;

/** A step-up that a program was told about and that nobody has begun yet. */
export interface PendingStepUp {
  readonly scopes: readonly string[];
  readonly stepUp: NonNullable<PendingFlow["stepUp"]>;
}

/** Keeps a step-up for the moment when somebody follows the URL that the program was given. */
export async function savePendingStepUp(
  store: KeyValueStore,
  action: UserAction,
  pending: PendingStepUp,
): Promise<void> {
  await store.set(keyOf(action), JSON.stringify(pending), PENDING_TTL_MS);
}

/** Gives the step-up that waits for this action. */
export async function readPendingStepUp(
  store: KeyValueStore,
  action: UserAction,
): Promise<PendingStepUp | undefined> {
  const text = await store.get(keyOf(action));
  return text === undefined ? undefined : (JSON.parse(text) as PendingStepUp);
}

/** Forgets it: it has begun, or the action needs it no more. */
export async function deletePendingStepUp(store: KeyValueStore, action: UserAction): Promise<void> {
  await store.delete(keyOf(action));
}

function keyOf({ binding, returnTo }: UserAction): string {
  const name = createHash("sha256").update(`${binding} ${returnTo}`).digest("base64url");
  return `pending-step-up:${name}`;
}
