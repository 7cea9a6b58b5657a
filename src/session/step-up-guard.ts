import { createHash } from "node:crypto";
import { repeatsDemand, restoreStepUp, type StepUp } from "../challenge/step-up.js";
import type { KeyValueStore } from "../store/key-value-store.js";
import { updateEntry } from "../store/update-entry.js";
import { kindFor, type StateOwner } from "./session-data.js";

/** How long a step-up counts, in milliseconds. */
export const STEP_UP_WINDOW_MS = 5 * 60 * 1000;

/** The step-ups that a session may begin in that time. */
const MAX_STEP_UPS = 5;

/**
 * Counts a step-up that is about to begin; returns false when the session has begun too many.
 *
 * It counts step-ups, not claims: claims that change with every challenge do not reset it.
 */
export async function admitStepUp(
  store: KeyValueStore,
  owner: StateOwner,
  now: number,
): Promise<boolean> {
  return updateEntry(store, {
    // On /trace: too often
    key: `${kindFor(owner, "guard")}:${owner.binding}`,
    ttlMs: STEP_UP_WINDOW_MS,
    change: (current) => {
      const began = current === undefined ? [] : (JSON.parse(current) as number[]);
      const recent = began.filter((time) => time > now - STEP_UP_WINDOW_MS);
      if (recent.length >= MAX_STEP_UPS) return { value: undefined, result: false };
      return { value: JSON.stringify([...recent, now]), result: true };
    },
  });
}

/** An action of a person in one browser, such as opening a page. */
export interface UserAction {
  readonly binding: string;
  /** The same-origin path that the step-up comes back to. */
  readonly returnTo: string;
}

/** Who acts: the browser with a page, or a JSON client with the same session. */
export type Caller = "page" | "json-client";

/** A step-up that has just finished. */
export interface FinishedStepUp {
  /** What it carried: the API must not ask for that again. */
  readonly stepUp: StepUp;
  /** How many interactive rounds the action has had. */
  readonly round: number;
}

/** The interactive rounds of one action: one for each demand, in all no more than these. */
export const MAX_ROUNDS = 2;

// On /trace: loop
/** Returns whether a further round for the action would be a loop. */
export function wouldLoop(asked: StepUp, finished: FinishedStepUp | undefined): boolean {
  if (finished === undefined) return false;
  return finished.round >= MAX_ROUNDS || repeatsDemand(asked, finished.stepUp);
}

/**
 * Records that a step-up for this action has just succeeded. A JSON client has its own mark besides
 * that of the page at which the person arrives.
 */
export async function markSteppedUp(
  store: KeyValueStore,
  action: UserAction & { readonly caller: Caller },
  finished: FinishedStepUp,
): Promise<void> {
  const mark = JSON.stringify(finished);
  await store.set(markKey(action, "page"), mark, STEP_UP_WINDOW_MS);
  if (action.caller === "json-client") {
    await store.set(markKey(action, "json-client"), mark, STEP_UP_WINDOW_MS);
  }
}

/** Takes the record of the step-up that preceded this action; a second call returns undefined. */
export async function takeSteppedUp(
  store: KeyValueStore,
  action: UserAction & { readonly caller: Caller },
): Promise<FinishedStepUp | undefined> {
  const { caller } = action;
  // The person has seen the resulting page, so the next call of a JSON client is a new action.
  if (caller === "page") await store.delete(markKey(action, "json-client"));
  const mark = await store.take(markKey(action, caller));
  if (mark === undefined) return undefined;
  const { stepUp, round } = JSON.parse(mark) as FinishedStepUp;
  return { stepUp: restoreStepUp(stepUp), round };
}

function markKey({ binding, returnTo }: UserAction, caller: Caller): string {
  const name = createHash("sha256").update(`${binding} ${caller} ${returnTo}`);
  return `stepped-up:${name.digest("base64url")}`;
}
