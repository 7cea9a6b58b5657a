import {
  briefly,
  isRefusal,
  PARTIES,
  partiesOf,
  routeOf,
} from "../../trace/story/describe-message.js";
import { clockTime, demandsOf } from "../../trace/story/demands.js";
import { readOutcome, type Outcome, type PolicyNames } from "../../trace/story/outcome.js";
import { durationOf, readTiming, waitAfter } from "../../trace/story/timing.js";
import {
  DECISIONS,
  isMessage,
  messagesOf,
  type Action,
  type Decision,
  type Message,
} from "../../trace/trace-entry.js";
import { detailsOf, type MessageDetails } from "./message-details.js";
import type { Change } from "./sandbox-facts.js";
import { snippetOf, type Snippet } from "./source-snippets.js";

/** A row of the diagram. */
export type Row =
  | {
      readonly kind: "message";
      readonly number: number;
      readonly parties: string;
      readonly brief: string;
      /** "API → Web app", for a narrow screen. */
      readonly card: string;
      /** Classes that place and draw the arrow. */
      readonly classes: string;
      readonly details: MessageDetails;
    }
  | {
      readonly kind: "decision";
      readonly number: number;
      readonly text: string;
      readonly snippet: Snippet;
    }
  /** The time that the person was at the authority, or a switch that was pressed. */
  | { readonly kind: "bracket" | "press"; readonly text: string };

/** An action in the list. */
export interface ListedAction {
  readonly id: string;
  readonly href: string;
  readonly title: string;
  readonly time: string;
  readonly dateTime: string;
  readonly outcome: Outcome;
  readonly word: string;
  readonly icon: string;
  readonly messages: number;
  readonly servers: string;
  readonly person: string | undefined;
}

/** What the page was asked for. */
export interface TracePageInput {
  /** The oldest first. */
  readonly actions: readonly Action[];
  readonly chosenId: unknown;
  readonly changes: readonly Change[];
  readonly policies: PolicyNames;
}

/** The outcomes in a word, each with an icon. */
const WORDS: Readonly<Record<Outcome["kind"], readonly [word: string, icon: string]>> = {
  nothing: ["nothing", "·"],
  plain: ["no challenge", "✓"],
  "signed-in": ["signed in", "✓"],
  renewed: ["renewed silently", "↻"],
  confirmed: ["you confirmed", "✓"],
  "under-way": ["under way", "…"],
  cancelled: ["you cancelled", "–"],
  refused: ["refused", "✕"],
  stopped: ["stopped", "■"],
  "other-account": ["another account", "✕"],
  rejected: ["not accepted", "✕"],
  unavailable: ["unavailable", "✕"],
};

/** Returns the content of the trace page. */
export function tracePageOf({ actions, chosenId, changes, policies }: TracePageInput) {
  const newestFirst = actions.toSorted((one, other) => other.startedAt - one.startedAt);
  const listed = newestFirst.map((action) => listAction(action, policies));
  const index = Math.max(
    0,
    newestFirst.findIndex(({ id }) => id === chosenId),
  );
  const action = newestFirst[index];
  const earlier = newestFirst[index + 1];
  const rows = action === undefined ? [] : rowsOf(action, changesIn(changes, action, earlier));
  return { actions: listed, chosen: listed[index], rows };
}

function listAction(action: Action, policies: PolicyNames): ListedAction {
  const { id, title, startedAt, entries } = action;
  const outcome = readOutcome(entries, policies);
  const [word, icon] = WORDS[outcome.kind];
  const { serversMs, personMs } = readTiming(entries);
  return {
    ...{ id, title, outcome, word, icon },
    href: `/trace?action=${id}`,
    time: clockTime(startedAt),
    dateTime: new Date(startedAt).toISOString(),
    messages: messagesOf(entries).length,
    servers: durationOf(serversMs),
    person: personMs === 0 ? undefined : durationOf(personMs),
  };
}

/** Returns the switches that were pressed from the end of the earlier action to the end of this one. */
function changesIn(
  changes: readonly Change[],
  { endedAt }: Action,
  earlier: Action | undefined,
): readonly Change[] {
  const since = earlier?.endedAt ?? 0;
  return changes.filter(({ at }) => at > since && at <= endedAt);
}

function rowsOf({ entries }: Action, changes: readonly Change[]): readonly Row[] {
  const messages = messagesOf(entries);
  const timed = [
    ...entries.map((entry) => ({ at: entry.at, rows: rowsFor(entry, messages) })),
    ...changes.map((change) => ({ at: change.at, rows: [rowOfPress(change)] })),
  ];
  return timed
    .sort((one, other) => one.at - other.at)
    .flatMap(({ rows }, index) =>
      rows.map((row) => (row.kind === "decision" ? { ...row, number: index } : row)),
    );
}

function rowOfPress({ at, text }: Change): Row {
  return { kind: "press", text: `${clockTime(at)} in the sandbox: ${text}` };
}

function rowsFor(entry: Message | Decision, messages: readonly Message[]): readonly Row[] {
  if (!isMessage(entry)) {
    const text = DECISIONS[entry.decision];
    return [{ kind: "decision", number: 0, text, snippet: snippetOf(entry) }];
  }
  const row = rowOfMessage(entry, messages);
  const isLeaving = entry.kind === "authorization-request";
  const waitMs = isLeaving ? waitAfter(entry, messages) : undefined;
  if (waitMs === undefined) return [row];
  return [row, { kind: "bracket", text: `You, ${durationOf(waitMs)}` }];
}

function rowOfMessage(message: Message, messages: readonly Message[]): Row {
  const [from, to] = routeOf(message);
  const carries = demandsOf(message.claims).length > 0;
  const isResponse = message.kind.endsWith("-response");
  return {
    kind: "message",
    number: message.number,
    parties: partiesOf(message),
    brief: briefly(message),
    card: `${PARTIES[from]} → ${PARTIES[to]}`,
    classes: [
      `from-${from}`,
      `to-${to}`,
      isResponse ? "response" : "request",
      ...(carries ? ["carries"] : []),
      ...(isRefusal(message) ? ["refusal"] : []),
    ].join(" "),
    details: detailsOf(message, messages),
  };
}
