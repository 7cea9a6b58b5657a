import { demandsOf, judge, lackedWords, policiesOf, wantedWords } from "./demands.js";
import type { Demand, Words } from "./demands.js";
import { isChallenge, outcomeKindOf, type OutcomeKind } from "./outcome-kind.js";
import { isMessage, messagesOf, type Message, type TokenView } from "../trace-entry.js";
import type { DecisionName, TraceEntry } from "../trace-entry.js";

/** An outcome in words that are derived from the messages. */
export interface Outcome {
  readonly kind: OutcomeKind;
  /** Set in bold; empty for a plain call. */
  readonly lead: string;
  readonly rest: Words;
}

/** The names of policies by their id, where they are known. */
export type PolicyNames = ReadonlyMap<string, string>;

/** Returns how an action ended. */
export function readOutcome(entries: readonly TraceEntry[], policies: PolicyNames): Outcome {
  const kind = outcomeKindOf(entries);
  return { kind, ...TELL[kind](tell(entries, policies)) };
}

/** The messages of an action, and those that its outcome depends on. */
interface Story {
  readonly messages: readonly Message[];
  readonly policies: PolicyNames;
  /** The app's last decision. */
  readonly decision: DecisionName | undefined;
  readonly last: Message | undefined;
  readonly challenge: Message | undefined;
  /** The tokens of the call that was challenged, and of the last one. */
  readonly tokenBefore: TokenView | undefined;
  readonly tokenNow: TokenView | undefined;
}

function tell(entries: readonly TraceEntry[], policies: PolicyNames): Story {
  const messages = messagesOf(entries);
  const challenge = messages.find(isChallenge);
  const calls = messages.filter(({ kind }) => kind === "api-call");
  const challenged = calls.findLast(({ number }) => number < (challenge?.number ?? 0));
  return {
    messages,
    policies,
    decision: entries.flatMap((each) => (isMessage(each) ? [] : [each.decision])).at(-1),
    last: messages.at(-1),
    challenge,
    tokenBefore: challenged?.tokens[0],
    tokenNow: calls.at(-1)?.tokens[0],
  };
}

type Telling = (story: Story) => Omit<Outcome, "kind">;

const TELL: Readonly<Record<OutcomeKind, Telling>> = {
  nothing: () => ({ lead: "", rest: ["No message was needed for this page."] }),
  plain: (story) => ({ lead: "", rest: [`${callsOf(story)}, no challenge. ${countOf(story)}`] }),
  "signed-in": (story) => ({ lead: "Signed in.", rest: [countOf(story)] }),
  renewed: (story) => ({
    lead: "Challenged, renewed without asking you.",
    rest: [...demandWords(story), ` ${countOf(story)}`],
  }),
  confirmed: (story) => ({
    lead: `${story.challenge === undefined ? "Entra ID asked" : "Challenged"}; you confirmed.`,
    rest: confirmedWords(story),
  }),
  "under-way": (story) => ({ lead: leadOf(story, "waiting for you"), rest: demandWords(story) }),
  cancelled: (story) => ({ lead: leadOf(story, "you cancelled"), rest: [countOf(story)] }),
  refused: (story) => ({ lead: leadOf(story, "refused"), rest: refusalWords(story) }),
  stopped: (story) => ({ lead: leadOf(story, "stopped"), rest: stoppedWords(story) }),
  "other-account": (story) => ({
    lead: leadOf(story, "a different account came back"),
    rest: [`Its tokens were dropped; your sign-in is unchanged. ${countOf(story)}`],
  }),
  rejected: (story) => ({ lead: leadOf(story, "not accepted"), rest: failureWords(story) }),
  unavailable: (story) => ({ lead: leadOf(story, "no usable answer"), rest: failureWords(story) }),
};

/** Returns the demand of the challenge that the token did not meet, or the first one. */
function openDemand({ challenge, tokenBefore }: Story): Demand | undefined {
  const demands = demandsOf(challenge?.claims);
  return demands.find((demand) => judge(demand, tokenBefore) === "not met") ?? demands[0];
}

function demandWords(story: Story): Words {
  const demand = openDemand(story);
  if (demand === undefined) return [];
  const lacked = lackedWords(demand, story.tokenBefore);
  return ["The API wanted ", ...wantedWords(demand), "; ", ...lacked, "."];
}

function confirmedWords(story: Story): Words {
  const demand = openDemand(story);
  if (demand === undefined) return [countOf(story)];
  const isMet = judge(demand, story.tokenNow) === "met";
  return [...demandWords(story), ...(isMet ? [` ${nowWords(demand)}`] : [])];
}

/** Returns what the token satisfies now, as the end of "your token had none". */
function nowWords({ name }: Demand): string {
  if (name === "nbf") return "Now it is newer.";
  return name === "auth_time" ? "Now it is recent." : "Now it has.";
}

function refusalWords({ messages, last, policies }: Story): Words {
  const { aadsts, error = "refused" } = last?.refusal ?? {};
  const code = aadsts === undefined ? error : `AADSTS${aadsts}`;
  const [policy] = messages.flatMap(policiesOf);
  if (policy === undefined) return [`${code}.`];
  const name = policies.get(policy);
  return [`${code}: policy ${name === undefined ? policy : `‘${name}’`}.`];
}

function stoppedWords(story: Story): Words {
  if (story.decision === "stopped-often") {
    return [`Five step-ups in five minutes. ${countOf(story)}`];
  }
  if (story.decision === "not-met") {
    return [`The sign-in is not what was asked for. ${countOf(story)}`];
  }
  const demand = openDemand(story);
  if (demand === undefined) return [`You were asked again. ${countOf(story)}`];
  return ["The API asked again for ", ...wantedWords(demand), `. ${countOf(story)}`];
}

function failureWords(story: Story): Words {
  const status = story.last?.status ?? 0;
  const answer = status === 0 ? "got no answer" : `was answered with ${status}`;
  return [`The last request ${answer}. ${countOf(story)}`];
}

/** Returns the words in bold: what it was about, and how it ended. */
function leadOf({ challenge, messages }: Story, end: string): string {
  if (challenge !== undefined) return `Challenged; ${end}.`;
  const wasCalled = messages.some(({ kind }) => kind === "api-call");
  const isSignIn = messages.some(({ kind }) => kind.startsWith("authorization"));
  if (isSignIn && !wasCalled) return `Sign-in: ${end}.`;
  return `${end.charAt(0).toUpperCase()}${end.slice(1)}.`;
}

function callsOf({ messages }: Story): string {
  const calls = messages.filter(({ kind }) => kind === "api-call").length;
  return calls === 1 ? "One call" : `${calls} calls`;
}

function countOf({ messages }: Story): string {
  return messages.length === 1 ? "1 message." : `${messages.length} messages.`;
}
