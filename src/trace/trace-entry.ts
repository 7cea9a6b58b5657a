import type { SupportDetails } from "../challenge/oauth-error.js";

/** The kinds of messages, each with the parties that it goes from and to. */
export const ROUTES = {
  "api-call": ["web-app", "api"],
  "api-response": ["api", "web-app"],
  "token-request": ["web-app", "authority"],
  "token-response": ["authority", "web-app"],
  "metadata-request": ["web-app", "authority"],
  "metadata-response": ["authority", "web-app"],
  "keys-request": ["web-app", "authority"],
  "keys-response": ["authority", "web-app"],
  "authorization-request": ["browser", "authority"],
  "authorization-response": ["browser", "web-app"],
} as const satisfies Readonly<Record<string, readonly [Party, Party]>>;

/** Who sends or receives a message. */
export type Party = "browser" | "web-app" | "authority" | "api";

/** What a message is. */
export type MessageKind = keyof typeof ROUTES;

/** A value that was removed when the message was recorded. */
export interface RemovedField {
  readonly name: string;
  /** Characters of the value. */
  readonly length: number;
  /** Hexadecimal; equal for equal values. */
  readonly digest: string;
}

/** A header, a parameter or a claim: shown, or removed. */
export type Field = { readonly name: string; readonly value: string } | RemovedField;

/** A token without its signature: the claims that may be shown, and what was removed. */
export interface TokenView {
  readonly use: "access token" | "ID token";
  readonly length: number;
  readonly digest: string;
  /** Undefined for a token that cannot be read. */
  readonly claims?: Readonly<Record<string, unknown>> | undefined;
  readonly removed: readonly RemovedField[];
}

/** A message as it is recorded: without any secret. */
export interface MessageContent {
  readonly kind: MessageKind;
  readonly method?: string | undefined;
  /** Origin and path. */
  readonly address?: string | undefined;
  /** Of a response; 0 when there was none. */
  readonly status?: number | undefined;
  readonly headers: readonly Field[];
  readonly parameters: readonly Field[];
  /** How many parameters and headers are on no list; neither name nor value is kept. */
  readonly unlisted?: number | undefined;
  /** The claims request that it carries, validated, and how it was written. */
  readonly claims?: string | undefined;
  readonly writtenClaims?: string | undefined;
  /** A challenge that cannot be read. */
  readonly malformed?: string | undefined;
  readonly tokens: readonly TokenView[];
  readonly refusal?: SupportDetails | undefined;
}

/** A message of an action. */
export interface Message extends MessageContent {
  /** From 1 within its action. */
  readonly number: number;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/** Decisions of the app that no message shows. */
export const DECISIONS = {
  "token-at-hand": "a token is at hand",
  "newer-token": "another request has renewed the token: use that one",
  "shared-request": "the same token request is under way: wait for its result",
  "round-1": "round 1 of this demand: the person has to confirm",
  "round-2": "round 2: the API asks for something else",
  "stopped-loop": "stopped: the same demand again",
  "stopped-often": "stopped: five step-ups in five minutes",
  "not-met": "stopped: the sign-in is not what was asked for; its tokens are dropped",
  "other-account": "a different account came back: its tokens are dropped",
} as const satisfies Readonly<Record<string, string>>;

/** The name of a decision. */
export type DecisionName = keyof typeof DECISIONS;

/** A decision of an action. */
export interface Decision {
  readonly kind: "decision";
  readonly at: number;
  readonly decision: DecisionName;
}

/** What happened, in order. */
export type TraceEntry = Message | Decision;

/** Returns whether an entry is a message. */
export function isMessage(entry: TraceEntry): entry is Message {
  return entry.kind !== "decision";
}

/** Returns the messages of an action. */
export function messagesOf(entries: readonly TraceEntry[]): readonly Message[] {
  return entries.filter(isMessage);
}

/** What a person did, and all that followed until a page was shown. */
export interface Action {
  readonly id: string;
  /** Such as "Opened payslips". */
  readonly title: string;
  /** The path of the page that was wanted. */
  readonly path: string;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  readonly endedAt: number;
  /** The path of ours to which the last response redirects: a request for it goes on with the action. */
  readonly continuesAt?: string | undefined;
  readonly entries: readonly TraceEntry[];
}
