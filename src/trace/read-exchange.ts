import { readApiChallenge } from "../challenge/api-challenge.js";
import { readClaimsRequest } from "../challenge/claims-request.js";
import {
  readMembers,
  readOAuthError,
  readText,
  type ResponseMembers,
} from "../challenge/oauth-error.js";
import { stepUpFor } from "../challenge/step-up.js";
import { readWwwAuthenticate } from "../challenge/www-authenticate.js";
import type { OutboundRequest, OutboundResponse } from "../outbound-fetch.js";
import type { Redaction } from "./redaction.js";
import type { MessageContent, MessageKind, TokenView } from "./trace-entry.js";

/** The messages of one call out, by the request that begins it. */
type RequestKind = "api-call" | "token-request" | "metadata-request" | "keys-request";

const RESPONSES = {
  "api-call": "api-response",
  "token-request": "token-response",
  "metadata-request": "metadata-response",
  "keys-request": "keys-response",
} as const satisfies Readonly<Record<RequestKind, MessageKind>>;

/** Reads a request of the app, without its secrets. */
export function readRequest(
  url: string,
  request: OutboundRequest,
  redaction: Redaction,
): MessageContent {
  const kind = kindOf(url, request);
  const { method = "GET", headers = {}, body = "" } = request;
  const { origin, pathname, search } = new URL(url);
  const isForm = kind === "token-request";
  const sent = new URLSearchParams(isForm ? body : search);
  return {
    kind,
    method,
    address: `${origin}${pathname}`,
    ...readParameters(sent, redaction),
    headers: readRequestHeaders(headers, redaction),
    tokens: bearerOf(headers, redaction),
  };
}

/** Reads the response to a request of the app; undefined is none in time. */
export async function readResponse(
  request: MessageContent,
  response: OutboundResponse | undefined,
  redaction: Redaction,
): Promise<MessageContent> {
  const kind = RESPONSES[request.kind as RequestKind];
  if (response === undefined) return { kind, status: 0, headers: [], parameters: [], tokens: [] };
  const headers = redaction.fields(RESPONSE_HEADERS.flatMap((name) => headerOf(response, name)));
  const common = { kind, status: response.status, headers: headers.fields };
  if (kind === "api-response") return { ...common, ...readChallenge(response, redaction) };
  if (kind !== "token-response") return { ...common, parameters: [], tokens: [] };
  return { ...common, ...readTokens(readMembers(await response.text()), redaction) };
}

/** Reads the parameters of an authorization request or response, or of a form. */
export function readParameters(
  sent: URLSearchParams,
  redaction: Redaction,
): Pick<MessageContent, "parameters" | "unlisted" | "claims" | "writtenClaims"> {
  const written = sent.get("claims") ?? "";
  const reading = readClaimsRequest(written);
  const others = [...sent].filter(([name]) => name !== "claims");
  const { fields: parameters, unlisted } = redaction.fields(others);
  if (reading.kind !== "usable") return { parameters, unlisted };
  return { parameters, unlisted, claims: reading.claims, writtenClaims: written };
}

/** Tells the requests apart by what they send: Graph and the authority may have one address. */
function kindOf(url: string, { headers = {}, method = "GET" }: OutboundRequest): RequestKind {
  if ("Authorization" in headers) return "api-call";
  if (method === "POST") return "token-request";
  return url.includes("/.well-known/") ? "metadata-request" : "keys-request";
}

function readRequestHeaders(headers: Readonly<Record<string, string>>, redaction: Redaction) {
  const { Authorization: authorization, ...others } = headers;
  const { fields } = redaction.fields(Object.entries(others));
  if (authorization === undefined) return fields;
  const token = redaction.remove("Authorization: Bearer", authorization.replace(/^Bearer /, ""));
  return [...fields, token];
}

function bearerOf(headers: Readonly<Record<string, string>>, redaction: Redaction): TokenView[] {
  const token = /^Bearer (.+)$/.exec(headers.Authorization ?? "")?.[1];
  return token === undefined ? [] : [redaction.token("access token", token)];
}

const RESPONSE_HEADERS = ["Content-Type", "Retry-After", "request-id", "client-request-id"];

function headerOf({ headers }: OutboundResponse, name: string): [string, string][] {
  const value = headers.get(name);
  return value === null ? [] : [[name, value]];
}

/** Reads the challenge of an API as the app does, and the parameters of its header. */
function readChallenge(
  { status, headers }: OutboundResponse,
  redaction: Redaction,
): Omit<MessageContent, "kind" | "headers"> {
  const wwwAuthenticate = headers.get("WWW-Authenticate");
  const challenge = readApiChallenge({ status, wwwAuthenticate });
  const bearer = readWwwAuthenticate(wwwAuthenticate ?? "").find(
    ({ scheme, parameters }) => scheme === "bearer" && parameters.length > 0,
  );
  const all = bearer?.parameters.map(({ name, value }) => [name, value] as const) ?? [];
  const others = all.filter(([name]) => name !== "claims" && name !== "error");
  const { fields, unlisted } = redaction.fields(others);
  const { error } = readOAuthError(Object.fromEntries(all)).support;
  const claims = stepUpFor(challenge)?.claims;
  const isWritten = challenge.kind === "claims-challenge";
  return {
    parameters: [...(error === undefined ? [] : [{ name: "error", value: error }]), ...fields],
    unlisted,
    claims,
    writtenClaims: isWritten ? all.find(([name]) => name === "claims")?.[1] : undefined,
    malformed: challenge.kind === "malformed" ? challenge.reason : undefined,
    tokens: [],
  };
}

/** Reads a response of the token endpoint: tokens, or a refusal (RFC 6749 §5). */
function readTokens(
  members: ResponseMembers,
  redaction: Redaction,
): Omit<MessageContent, "kind" | "headers"> {
  const texts = Object.entries(members).flatMap(([name, value]): [string, string][] =>
    typeof value === "string" || typeof value === "number" ? [[name, String(value)]] : [],
  );
  const { claims, support, error } = readOAuthError(members);
  const known = new Set(["claims", ...Object.keys(SUPPORT)]);
  const { fields, unlisted } = redaction.fields(texts.filter(([name]) => !known.has(name)));
  const uses = [
    ["access_token", "access token"],
    ["id_token", "ID token"],
  ] as const;
  const tokens = uses
    .filter(([name]) => readText(members, name) !== "")
    .map(([name, use]) => redaction.token(use, readText(members, name)));
  const refusal = error === "" ? undefined : support;
  const writtenClaims = claims === undefined ? undefined : readText(members, "claims");
  return { parameters: fields, unlisted, claims, writtenClaims, tokens, refusal };
}

/** Members that {@link readOAuthError} reads, by strict patterns. */
const SUPPORT = {
  error: true,
  suberror: true,
  error_uri: true,
  correlation_id: true,
  trace_id: true,
  timestamp: true,
};
