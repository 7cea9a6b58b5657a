import { demandsOf, shortDemand } from "./demands.js";
import { isChallenge } from "./outcome-kind.js";
import { DECISIONS, isMessage, ROUTES } from "../trace-entry.js";
import type { Message, MessageKind, Party, TraceEntry } from "../trace-entry.js";

/** The parties as they are written on pages. */
export const PARTIES: Readonly<Record<Party, string>> = {
  browser: "Browser",
  "web-app": "Web app",
  authority: "Entra ID",
  api: "API",
};

const PARTIES_IN_TEXT: Readonly<Record<Party, string>> = {
  ...PARTIES,
  browser: "browser",
  "web-app": "web app",
};

/** Returns an entry in one line: "3. API to web app: 401, asks for acrs c1". */
export function lineOf(entry: TraceEntry): string {
  if (!isMessage(entry)) return `Web app decides: ${DECISIONS[entry.decision]}`;
  return `${entry.number}. ${partiesOf(entry)}: ${briefly(entry)}`;
}

/** Returns who a message goes from and to: "API to web app". */
export function partiesOf(message: Pick<Message, "kind">): string {
  const [from, to] = routeOf(message);
  return `${PARTIES[from]} to ${PARTIES_IN_TEXT[to]}`;
}

/** Returns a message without its number and parties: "401, asks for acrs c1". */
export function briefly(message: Message): string {
  return BRIEF[message.kind](message);
}

/** Returns who a message goes from and to. */
export function routeOf({ kind }: Pick<Message, "kind">): readonly [Party, Party] {
  return ROUTES[kind];
}

/** Returns what a message means, in one sentence. */
export function explain(message: Message): string {
  return SENTENCES[message.kind](message);
}

/** Returns whether a message refuses something; a claims challenge asks for something instead. */
export function isRefusal(message: Message): boolean {
  const { refusal, status = 200 } = message;
  return refusal !== undefined || (!isChallenge(message) && (status === 0 || status >= 400));
}

type Describe = Readonly<Record<MessageKind, (message: Message) => string>>;

const BRIEF: Describe = {
  "api-call": ({ method = "", address = "" }) => `${method} ${pathOf(address)}`,
  "api-response": (message) => [statusOf(message), asksFor(message)].filter(Boolean).join(", "),
  "token-request": (message) => `${grantOf(message)}${withClaims(message)}`,
  "token-response": describeTokens,
  "metadata-request": () => "asks for its endpoints",
  "metadata-response": statusOf,
  "keys-request": () => "asks for its signing keys",
  "keys-response": statusOf,
  "authorization-request": (message) => `authorization request${withClaims(message)}`,
  "authorization-response": ({ refusal }) =>
    refusal === undefined ? "comes back with a code" : `comes back refused: ${codeOf({ refusal })}`,
};

const SENTENCES: Describe = {
  "api-call": () => "The app calls the API with the access token that it holds.",
  "api-response": explainResponse,
  "token-request": (message) =>
    grantOf(message) === "code"
      ? "The app redeems the authorization code, with the claims of the authorization request."
      : `The app asks for a new access token without the person${withClaims(message)}.`,
  "token-response": (message) =>
    message.refusal === undefined
      ? "Entra ID issues tokens."
      : "Entra ID refuses, and says with which codes. Its own claims are added to those of the API.",
  "metadata-request": () => "The app asks Entra ID for its endpoints, once a day.",
  "metadata-response": () => "Entra ID names its endpoints; the app checks that they are its own.",
  "keys-request": () => "The app asks for the keys that ID tokens are verified with, once a day.",
  "keys-response": () => "Entra ID sends its keys.",
  "authorization-request": (message) =>
    `The app sends the browser to Entra ID${withClaims(message)}, bound to this session by state, nonce and PKCE.`,
  "authorization-response": ({ refusal }) =>
    refusal === undefined
      ? "Entra ID sends the browser back with a code, which the app redeems once."
      : "Entra ID sends the browser back without a code, and says why.",
};

function explainResponse(message: Message): string {
  const { claims, malformed, status = 0 } = message;
  if (claims !== undefined) {
    return "The API does not accept this token: its WWW-Authenticate header names the claims that a token must have.";
  }
  if (malformed !== undefined)
    return "The API asks for something, and its challenge cannot be read.";
  if (status === 0) return "No answer came in time.";
  if (status < 300) return "The API accepts the token and sends the data.";
  return "The API refuses the request and asks for nothing.";
}

function describeTokens(message: Message): string {
  const { tokens, refusal } = message;
  if (refusal !== undefined) {
    return ["refused", codeOf(message), asksFor(message)].filter(Boolean).join(", ");
  }
  const acrs = tokens.find(({ use }) => use === "access token")?.claims?.acrs;
  const contexts = Array.isArray(acrs) ? acrs.join(", ") : "";
  if (tokens.length === 0) return statusOf(message);
  return contexts === "" ? "a token" : `a token with acrs ${contexts}`;
}

function codeOf({ refusal }: Pick<Message, "refusal">): string {
  const { aadsts, error = "no reason" } = refusal ?? {};
  return aadsts === undefined ? error : `AADSTS${aadsts}`;
}

function statusOf({ status = 0 }: Message): string {
  return status === 0 ? "no answer" : String(status);
}

function asksFor({ claims, malformed }: Message): string {
  if (malformed !== undefined) return `asks for something unreadable (${malformed})`;
  const demands = demandsOf(claims).map(shortDemand);
  return demands.length === 0 ? "" : `asks for ${demands.join(" and ")}`;
}

function withClaims({ claims }: Message): string {
  const demands = demandsOf(claims).map(shortDemand);
  return demands.length === 0 ? "" : ` with the claims ${demands.join(" and ")}`;
}

function grantOf({ parameters }: Message): "code" | "refresh token" {
  return parameters.some(({ name }) => name === "code") ? "code" : "refresh token";
}

function pathOf(address: string): string {
  return URL.canParse(address) ? new URL(address).pathname : address;
}
