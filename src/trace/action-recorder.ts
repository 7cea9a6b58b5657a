import { isMessage } from "./trace-entry.js";
import type { Action, DecisionName, MessageContent, TraceEntry } from "./trace-entry.js";

/** Records one request's part of an action. */
export interface ActionRecorder {
  /** The action before this request; a new one has no entries. */
  readonly action: Action;
  readonly add: (message: MessageContent) => void;
  readonly decide: (decision: DecisionName) => void;
  /** Returns what this request has added. */
  readonly added: () => readonly TraceEntry[];
  /** Records nothing from now on: the response has been sent. */
  readonly close: () => void;
}

/** Creates a recorder that goes on with an action. */
export function createActionRecorder(action: Action, now: () => number): ActionRecorder {
  const added: TraceEntry[] = [];
  let number = action.entries.findLast(isMessage)?.number ?? 0;
  let isOpen = true;

  function append(entry: (at: number) => TraceEntry): void {
    if (isOpen) added.push(entry(now()));
  }

  return {
    action,
    add: (message) => {
      append((at) => ({ ...message, number: (number += 1), at }));
    },
    decide: (decision) => {
      append((at) => ({ kind: "decision", decision, at }));
    },
    added: () => added,
    close: () => {
      isOpen = false;
    },
  };
}
