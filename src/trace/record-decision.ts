import type { TokenResult } from "../challenge/token-refusal.js";
import type { ActionRecorder } from "./action-recorder.js";

/**
 * Acquires a token, and records where it came from when that took no request of this action. Without a
 * recorder it only acquires.
 */
export function recordTokenSource(
  recorder: ActionRecorder | undefined,
  demand: object,
  acquire: () => Promise<TokenResult>,
): Promise<TokenResult> {
  return recorder === undefined ? acquire() : acquireAndRecord(recorder, demand, acquire);
}

async function acquireAndRecord(
  recorder: ActionRecorder,
  demand: object,
  acquire: () => Promise<TokenResult>,
): Promise<TokenResult> {
  const recorded = recorder.added().length;
  const result = await acquire();
  if (result.kind === "refused" || recorder.added().length > recorded) return result;
  const source = Object.keys(demand).length === 0 ? "token-at-hand" : "shared-request";
  recorder.decide(result.isReplacement === true ? "newer-token" : source);
  return result;
}

/** Records which round of a demand begins, or that the app stops because it would be a loop. */
export function recordRound(recorder: ActionRecorder | undefined, round: number | "loop"): void {
  if (round === "loop") recorder?.decide("stopped-loop");
  else recorder?.decide(round === 1 ? "round-1" : "round-2");
}
