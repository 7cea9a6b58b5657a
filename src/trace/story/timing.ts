import { messagesOf, type Message, type MessageKind, type TraceEntry } from "../trace-entry.js";

/** The response to each kind of request. */
const RESPONSE_TO: Partial<Readonly<Record<MessageKind, MessageKind>>> = {
  "api-call": "api-response",
  "token-request": "token-response",
  "metadata-request": "metadata-response",
  "keys-request": "keys-response",
  "authorization-request": "authorization-response",
};

/** How long an action waited, in milliseconds. */
export interface Timing {
  /** For the authority's endpoints and the APIs. */
  readonly serversMs: number;
  /** While the person was at the authority. */
  readonly personMs: number;
}

/** Returns how long an action waited for servers and for the person. */
export function readTiming(entries: readonly TraceEntry[]): Timing {
  const messages = messagesOf(entries);
  const waits = messages.map((message) => {
    const waitMs = waitAfter(message, messages) ?? 0;
    return { waitMs, isPerson: message.kind === "authorization-request" };
  });
  return {
    serversMs: sum(waits.filter(({ isPerson }) => !isPerson)),
    personMs: sum(waits.filter(({ isPerson }) => isPerson)),
  };
}

/** Returns how long a request waited for its response; undefined without one. */
export function waitAfter(request: Message, messages: readonly Message[]): number | undefined {
  const wanted = RESPONSE_TO[request.kind];
  const later = messages.filter(({ number }) => number > request.number);
  const response = later.find(({ kind }) => kind === wanted || kind === request.kind);
  return response?.kind === wanted && response !== undefined ? response.at - request.at : undefined;
}

/** Returns the request that a message belongs to: itself, or the one that it answers. */
export function requestOf(message: Message, messages: readonly Message[]): Message {
  if (RESPONSE_TO[message.kind] !== undefined) return message;
  const earlier = messages.filter(({ number }) => number < message.number);
  return earlier.findLast(({ kind }) => RESPONSE_TO[kind] === message.kind) ?? message;
}

/** Returns a duration in words: `312 ms`, `5.8 s`, `2 min`. */
export function durationOf(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  if (ms < 100_000) return `${(ms / 1_000).toFixed(1)} s`;
  return `${Math.round(ms / 60_000)} min`;
}

function sum(waits: readonly { readonly waitMs: number }[]): number {
  return waits.reduce((total, { waitMs }) => total + waitMs, 0);
}
