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

/** Who does it: the person's browser with a page, or a program that polls with the same session. */
export type Caller = "page" | "program";

/** Remembers that a step-up for this action has just succeeded, for each caller by itself. */
export async function markSteppedUp(
  store: KeyValueStore,
  action: UserAction,
  caller: Caller,
): Promise<void> {
  await store.set(markKey(action, caller), "1", WINDOW_MS);
}

/** Whether this action comes straight from its step-up: then the API must not ask again. Once. */
export async function takeSteppedUp(
  store: KeyValueStore,
  action: UserAction,
  caller: Caller,
): Promise<boolean> {
  // The person has seen the page that came of it, so a program's next call is a new action too.
  if (caller === "page") await store.delete(markKey(action, "program"));
  return (await store.take(markKey(action, caller))) !== undefined;
}

function markKey({ binding, returnTo }: UserAction, caller: Caller): string {
  const name = createHash("sha256").update(`${binding} ${caller} ${returnTo}`);
  return `stepped-up:${name.digest("base64url")}`;
}
