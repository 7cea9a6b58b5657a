import { createHash } from "node:crypto";
import type { KeyValueStore } from "../store/key-value-store.js";
import { updateEntry } from "../store/update-entry.js";

/** How long step-ups count, in milliseconds. */
const WINDOW_MS = 5 * 60 * 1000;

/** How many step-ups a session may begin in that time. */
const MAX_STEP_UPS = 5;

/**
 * Counts a step-up that is about to begin; `false` when the session has begun too many.
 *
 * It counts step-ups and not claims, so an API that changes its claims on every challenge does not
 * start the count anew.
 */
export async function admitStepUp(
  store: KeyValueStore,
  binding: string,
  now: number,
): Promise<boolean> {
  return updateEntry(store, {
    key: `guard:${binding}`,
    ttlMs: WINDOW_MS,
    change: (current) => {
      const began = current === undefined ? [] : (JSON.parse(current) as number[]);
      const recent = began.filter((time) => time > now - WINDOW_MS);
      if (recent.length >= MAX_STEP_UPS) return { value: undefined, result: false };
      return { value: JSON.stringify([...recent, now]), result: true };
    },
  });
}

/** One thing a person does in one browser, such as opening a page. */
export interface UserAction {
  readonly binding: string;
  /** The same-origin path that the step-up comes back to. */
  readonly returnTo: string;
}

/** Remembers that a step-up for this action has just succeeded. */
export async function markSteppedUp(store: KeyValueStore, action: UserAction): Promise<void> {
  await store.set(markKey(action), "1", WINDOW_MS);
}

/** Whether this action comes straight from its step-up: then the API must not ask again. Once. */
export async function takeSteppedUp(store: KeyValueStore, action: UserAction): Promise<boolean> {
  return (await store.take(markKey(action))) !== undefined;
}

function markKey({ binding, returnTo }: UserAction): string {
  return `stepped-up:${createHash("sha256").update(`${binding} ${returnTo}`).digest("base64url")}`;
}
