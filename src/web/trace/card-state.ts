import { clockTime, heldValues } from "../../trace/story/demands.js";
import { readOutcome, type Outcome } from "../../trace/story/outcome.js";
import { messagesOf, type Action, type TokenView } from "../../trace/trace-entry.js";

/** The state of a page on its card. */
export interface CardState extends Pick<Outcome, "lead" | "rest"> {
  /** What the person did. */
  readonly title: string;
  /** The last action on the trace page. */
  readonly href: string;
  /** What the API's token holds now, in a few words each. */
  readonly holds: readonly string[];
}

/** Returns how a page was opened last, and what the token of its API holds now. */
export function cardStateOf(path: string, actions: readonly Action[]): CardState | undefined {
  const action = actions.findLast((each) => each.path === path);
  if (action === undefined) return undefined;
  const { lead, rest } = readOutcome(action.entries, new Map());
  const href = `/trace?action=${action.id}`;
  return {
    title: action.title,
    lead,
    rest,
    href,
    holds: describeToken(latestToken(action, actions)),
  };
}

/** Returns the latest token for the API that an action called. */
function latestToken(action: Action, actions: readonly Action[]): TokenView | undefined {
  const called = messagesOf(action.entries).findLast(({ kind }) => kind === "api-call")?.tokens[0];
  const audience = called?.claims?.aud;
  if (audience === undefined) return undefined;
  return actions
    .flatMap(({ entries }) => messagesOf(entries))
    .sort((one, other) => one.at - other.at)
    .flatMap(({ tokens }) => tokens)
    .findLast(({ use, claims }) => use === "access token" && claims?.aud === audience);
}

function describeToken(token: TokenView | undefined): string[] {
  const claims = token?.claims;
  if (claims === undefined) return [];
  const contexts = heldValues("acrs", claims);
  return [
    contexts.length === 0 ? "no authentication context" : `context ${contexts.join(" and ")}`,
    ...timeOf("issued", claims.iat),
    ...timeOf("signed in", claims.auth_time),
  ];
}

function timeOf(what: string, seconds: unknown): string[] {
  return typeof seconds === "number" ? [`${what} ${clockTime(seconds * 1000)} UTC`] : [];
}
