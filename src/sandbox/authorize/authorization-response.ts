import { randomBytes } from "node:crypto";
import type { AuthorityError } from "../aadsts.js";
import { orForgeResponse } from "../misbehaviour/forge-response.js";
import { SUBMIT_AT_ONCE } from "../pages.js";
import { type Exchange, reportRefusal } from "../refusal-report.js";
import { CODE_LIFETIME_MS } from "../sandbox-state.js";
import { clientInfoOf } from "../token/tokens.js";
import type { AuthorizationRequest, ReplyTo } from "./authorization-request.js";
import type { Step } from "./next-step.js";

/** Sends an authorization code to the client. */
export function sendCode(
  exchange: Exchange,
  authorization: AuthorizationRequest,
  { person, account, contexts }: Extract<Step, { kind: "done" }>,
): void {
  const { state } = exchange;
  const code = randomBytes(32).toString("base64url");
  const { personKey, sid, facts } = account;
  const { clientId } = authorization.replyTo;
  state.codes.set(code, {
    grant: { clientId, personKey, sid, facts, revoked: false },
    request: authorization,
    contexts,
    expiresAt: state.now() + CODE_LIFETIME_MS,
    redeemed: false,
  });
  send(exchange, authorization.replyTo, {
    code,
    client_info: authorization.wantsClientInfo ? clientInfoOf(person) : undefined,
    session_state: sid,
  });
}

/**
 * Sends a refusal to the client, with the error code that the specifications have for it.
 *
 * @see {@link https://openid.net/specs/openid-connect-core-1_0.html#AuthError | OpenID Connect Core, section 3.1.2.6}
 */
export function sendRefusal(exchange: Exchange, replyTo: ReplyTo, refusal: AuthorityError): void {
  const { error_description, error_uri, suberror } = reportRefusal(
    refusal,
    exchange,
    replyTo.correlationId,
  );
  const error = authorizationErrorOf(refusal);
  send(exchange, replyTo, { error, error_description, error_uri, suberror });
}

/**
 * Sends `access_denied` after the person cancelled, or saw a refusal on a page here. Entra has
 * no such response, because its page of a refusal does not lead back to the app.
 */
export function sendAccessDenied(
  exchange: Exchange,
  replyTo: ReplyTo,
  refusal: AuthorityError,
): void {
  const { error_description, error_uri } = reportRefusal(refusal, exchange, replyTo.correlationId);
  const error_subcode = refusal.aadsts === 65004 ? "cancel" : undefined;
  send(exchange, replyTo, { error: "access_denied", error_subcode, error_description, error_uri });
}

/** Returns `error`. `invalid_grant` is one of the token endpoint; here there is no grant yet. */
function authorizationErrorOf({ aadsts, error }: AuthorityError): string {
  if (aadsts === 65001) return "consent_required";
  return error === "invalid_grant" ? "access_denied" : error;
}

/** Redirects with 303 after a form, so that the browser never sends a password on. */
function send(
  { state: sandbox, request, response }: Exchange,
  { redirectUri, responseMode, state }: ReplyTo,
  parameters: Readonly<Record<string, string | undefined>>,
): void {
  const given = Object.entries({ ...parameters, state }).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value] as const],
  );
  const fields = orForgeResponse(sandbox, given);
  response.set("Cache-Control", "no-store");
  if (responseMode === "form_post") {
    const page = { title: "Back to the app", action: redirectUri, script: SUBMIT_AT_ONCE };
    response.render("form-post", { ...page, fields });
    return;
  }
  const url = new URL(redirectUri);
  for (const [name, value] of fields) url.searchParams.append(name, value);
  response.redirect(request.method === "POST" ? 303 : 302, url.href);
}
