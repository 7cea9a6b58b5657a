import { readOAuthError } from "../challenge/oauth-error.js";
import { readParameters } from "./read-exchange.js";
import type { Redaction } from "./redaction.js";
import { messagesOf } from "./trace-entry.js";
import type { Action, Field, MessageContent } from "./trace-entry.js";

/** Members of an OAuth error, which are read by strict patterns. */
const ERROR_MEMBERS = ["error", "suberror", "error_uri", "error_subcode"];

/** Reads the authorization request that a redirect sends the browser with. */
export function readAuthorizationRequest(url: URL, redaction: Redaction): MessageContent {
  return {
    kind: "authorization-request",
    method: "GET",
    address: `${url.origin}${url.pathname}`,
    headers: [],
    ...readParameters(url.searchParams, redaction),
    tokens: [],
  };
}

/** Reads the authorization response with which the browser comes back. */
export function readAuthorizationResponse(url: URL, redaction: Redaction): MessageContent {
  const members = Object.fromEntries(url.searchParams);
  const { error, support } = readOAuthError(members);
  const others = [...url.searchParams].filter(([name]) => !ERROR_MEMBERS.includes(name));
  return {
    kind: "authorization-response",
    method: "GET",
    address: `${url.origin}${url.pathname}`,
    headers: [],
    ...readParameters(new URLSearchParams(others), redaction),
    tokens: [],
    refusal: error === "" ? undefined : support,
  };
}

/** Finds the action whose authorization request had the `state` of this response and waits for it. */
export function findActionOf(
  response: MessageContent,
  actions: readonly Action[],
): Action | undefined {
  const state = digestOfState(response);
  if (state === undefined) return undefined;
  return actions.findLast(({ entries }) => {
    const [request, ...later] = messagesOf(entries).filter((each) => digestOfState(each) === state);
    return request !== undefined && later.length === 0;
  });
}

function digestOfState({ parameters }: MessageContent): string | undefined {
  const state = parameters.find(({ name }: Field) => name === "state");
  return state !== undefined && "digest" in state ? state.digest : undefined;
}
