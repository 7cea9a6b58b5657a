import { isMessage, messagesOf } from "../trace-entry.js";
import type { DecisionName, Message, MessageKind, TraceEntry } from "../trace-entry.js";

/** How an action ended, so far. */
export type OutcomeKind =
  | "nothing"
  | "plain"
  | "signed-in"
  | "renewed"
  | "confirmed"
  | "under-way"
  | "cancelled"
  | "refused"
  | "stopped"
  | "other-account"
  | "rejected"
  | "unavailable";

/** The outcomes that a decision makes. */
const DECIDED: Partial<Readonly<Record<DecisionName, OutcomeKind>>> = {
  "stopped-loop": "stopped",
  "stopped-often": "stopped",
  "not-met": "stopped",
  "other-account": "other-account",
  "round-1": "under-way",
  "round-2": "under-way",
};

/** Returns the outcome that the last entry makes, in the light of those before it. */
export function outcomeKindOf(entries: readonly TraceEntry[]): OutcomeKind {
  const last = entries.at(-1);
  if (last === undefined) return "nothing";
  if (isMessage(last)) return BY_LAST_MESSAGE[last.kind](last, entries);
  return DECIDED[last.decision] ?? outcomeKindOf(entries.slice(0, -1));
}

type ReadLast = (last: Message, entries: readonly TraceEntry[]) => OutcomeKind;

const BY_LAST_MESSAGE: Readonly<Record<MessageKind, ReadLast>> = {
  "api-call": underWay,
  "api-response": kindOfResponse,
  "token-request": underWay,
  "token-response": kindOfAuthority,
  "metadata-request": underWay,
  "metadata-response": kindOfDocument,
  "keys-request": underWay,
  "keys-response": kindOfDocument,
  "authorization-request": underWay,
  "authorization-response": kindOfAuthority,
};

function underWay(): OutcomeKind {
  return "under-way";
}

function kindOfResponse(last: Message, entries: readonly TraceEntry[]): OutcomeKind {
  if (isOutage(last)) return "unavailable";
  if (!isSuccess(last)) return isChallenge(last) ? "stopped" : "rejected";
  const messages = messagesOf(entries);
  const asked = messages.find(isChallenge) ?? messages.find(isTokenRefusal);
  if (asked === undefined) return "plain";
  if (wasAtAuthority(messages, asked)) return "confirmed";
  return isChallenge(asked) ? "renewed" : "plain";
}

function kindOfAuthority(last: Message): OutcomeKind {
  const { refusal, status } = last;
  if (status !== undefined && isOutage(last)) return "unavailable";
  if (refusal === undefined) return "signed-in";
  const isCancelled = refusal.aadsts === 65004 || refusal.aadsts === undefined;
  return refusal.error === "access_denied" && isCancelled ? "cancelled" : "refused";
}

/** Returns the kind without a document of the authority, which is fetched on the way to something else. */
function kindOfDocument(last: Message, entries: readonly TraceEntry[]): OutcomeKind {
  return isSuccess(last) ? outcomeKindOf(entries.slice(0, -2)) : "unavailable";
}

/** Returns whether a message is a claims challenge of an API. */
export function isChallenge({ kind, claims }: Message): boolean {
  return kind === "api-response" && claims !== undefined;
}

function isTokenRefusal({ kind, refusal }: Message): boolean {
  return kind === "token-response" && refusal !== undefined;
}

function wasAtAuthority(messages: readonly Message[], after: Message): boolean {
  const requests = messages.filter(({ kind }) => kind === "authorization-request");
  return requests.some(({ number }) => number > after.number);
}

function isSuccess({ status = 0 }: Message): boolean {
  return status >= 200 && status < 300;
}

function isOutage({ status = 0 }: Message): boolean {
  return status === 0 || status === 429 || status >= 500;
}
