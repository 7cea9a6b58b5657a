import { randomUUID } from "node:crypto";
import { AuthorityError } from "../aadsts.js";
import { readAcrValues, readClaims, type RequestedContext } from "../claims-parameter.js";
import { type Client, type Clients, isRegisteredUri } from "../directory/clients.js";
import { type Parameters, readGuid, requireParameter } from "../request-parameters.js";
import { type CodeChallenge, readCodeChallenge } from "./code-challenge.js";
import { readScopes, type RequestedScopes } from "../scopes.js";

/** To which client, where and how the response to an authorization request is sent. */
export interface ReplyTo {
  readonly clientId: string;
  readonly redirectUri: string;
  readonly responseMode: "query" | "form_post";
  readonly state: string | undefined;
  /** The same for all pages and the response of a sign-in. */
  readonly correlationId: string;
}

/** An authorization request that passed every check. */
export interface AuthorizationRequest {
  readonly replyTo: ReplyTo;
  readonly scopes: RequestedScopes;
  /** `undefined` when the client does not use PKCE. */
  readonly codeChallenge: CodeChallenge | undefined;
  readonly nonce: string | undefined;
  readonly prompt: "none" | "login" | "select_account" | "consent" | undefined;
  readonly loginHint: string | undefined;
  readonly sid: string | undefined;
  readonly maxAgeSeconds: number | undefined;
  /** The authentication contexts that the client asks for. */
  readonly contexts: readonly RequestedContext[];
  readonly capabilities: readonly string[];
  readonly wantsClientInfo: boolean;
}

const MAX_AGE = /^[0-9]{1,9}$/;

/**
 * Checks which client asks and where the response goes. Without that, nothing may be sent anywhere.
 * Reads the response mode as well, because a refusal is sent in it.
 *
 * @throws {@link AuthorityError} to be shown on a page here, never sent as a redirect.
 * @see {@link https://www.rfc-editor.org/rfc/rfc6749#section-4.1.2.1 | RFC 6749, section 4.1.2.1}
 */
export function readReplyTo(parameters: Parameters, clients: Clients): ReplyTo {
  const client = requireKnownClient(parameters, clients);
  return {
    clientId: client.clientId,
    redirectUri: requireRegisteredRedirectUri(parameters, client),
    responseMode: parameters.get("response_mode") === "form_post" ? "form_post" : "query",
    state: parameters.get("state"),
    correlationId: readGuid(parameters.get("client-request-id")) ?? randomUUID(),
  };
}

/**
 * Makes the other checks, in the order of the specifications.
 *
 * @throws {@link AuthorityError} to be sent to the redirect URI.
 */
export function readAuthorizationRequest(
  parameters: Parameters,
  replyTo: ReplyTo,
): AuthorizationRequest {
  requireCodeResponse(parameters);
  requireSupportedResponseMode(parameters);
  const scopes = readScopes(requireParameter(parameters, "scope"));
  const codeChallenge = readCodeChallenge(parameters);
  const prompt = readPrompt(parameters);
  const maxAgeSeconds = readMaxAge(parameters);
  const claims = readClaims(parameters.get("claims"));
  const acrValues = readAcrValues(parameters.get("acr_values"));
  return {
    replyTo,
    scopes,
    codeChallenge,
    nonce: parameters.get("nonce"),
    prompt,
    loginHint: parameters.get("login_hint"),
    sid: parameters.get("sid"),
    maxAgeSeconds,
    contexts: [...claims.contexts, ...acrValues],
    capabilities: claims.capabilities,
    wantsClientInfo: parameters.get("client_info") === "1",
  };
}

function requireKnownClient(parameters: Parameters, clients: Clients): Client {
  const client = clients.get(requireParameter(parameters, "client_id"));
  if (client === undefined) throw new AuthorityError(700016);
  return client;
}

function requireRegisteredRedirectUri(parameters: Parameters, { redirectUris }: Client): string {
  const redirectUri = requireParameter(parameters, "redirect_uri");
  if (!isRegisteredUri(redirectUris, redirectUri)) throw new AuthorityError(50011);
  return redirectUri;
}

function requireCodeResponse(parameters: Parameters): void {
  if (requireParameter(parameters, "response_type") !== "code") throw new AuthorityError(70005);
}

/** Refuses `fragment`, too: it is for single-page apps, and the sandbox registers none. */
function requireSupportedResponseMode(parameters: Parameters): void {
  const mode = parameters.get("response_mode") ?? "query";
  if (mode !== "query" && mode !== "form_post") throw new AuthorityError(70007);
}

function readPrompt(parameters: Parameters): AuthorizationRequest["prompt"] {
  const prompt = parameters.get("prompt") || undefined;
  switch (prompt) {
    case undefined:
    case "none":
    case "login":
    case "select_account":
    case "consent":
      return prompt;
    default:
      throw new AuthorityError(90023, { detail: "prompt" });
  }
}

function readMaxAge(parameters: Parameters): number | undefined {
  const maxAge = parameters.get("max_age");
  if (maxAge === undefined || maxAge === "") return undefined;
  if (!MAX_AGE.test(maxAge)) throw new AuthorityError(90023, { detail: "max_age" });
  return Number(maxAge);
}
