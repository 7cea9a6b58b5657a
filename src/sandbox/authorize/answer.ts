import { randomBytes } from "node:crypto";
import type { Request, Response } from "express";
import type { AuthorityError } from "../aadsts.js";
import { type SandboxState, CODE_LIFETIME_MS } from "../sandbox-state.js";
import { reportRefusal } from "../refusal-report.js";
import { clientInfoOf } from "../tokens.js";
import { pageOf, SUBMIT_AT_ONCE } from "../pages.js";
import type { AuthorizationRequest, ReplyTo } from "./authorization-request.js";
import type { Step } from "./next-step.js";

/** The exchange in which an authorization request is answered. */
export interface Exchange {
  readonly state: SandboxState;
  readonly request: Request;
  readonly response: Response;
}

/** Answers with a code. */
export function answerWithCode(
  exchange: Exchange,
  authorization: AuthorizationRequest,
  { person, account, contexts }: Extract<Step, { kind: "done" }>,
): void {
  const { state } = exchange;
  const code = randomBytes(32).toString("base64url");
  const { personKey, sid, facts } = account;
  state.codes.set(code, {
    grant: { personKey, sid, facts, revoked: false },
    request: authorization,
    contexts,
    expiresAt: state.now() + CODE_LIFETIME_MS,
    redeemed: false,
  });
  reply(exchange, authorization.replyTo, {
    code,
    ...(authorization.wantsClientInfo && { client_info: clientInfoOf(person) }),
    session_state: sid,
  });
}

/**
 * Answers with a refusal. What the client could satisfy by asking again keeps its error code; what
 * it could not (`stopped`: the person saw the refusal on a page here) is `access_denied`, for which
 * Entra, whose page has no way back, has no answer of its own.
 */
export function answerWithRefusal(
  exchange: Exchange,
  replyTo: ReplyTo,
  { error, stopped }: { error: AuthorityError; stopped: boolean },
): void {
  const { correlationId } = replyTo;
  const report = reportRefusal(error, { ...exchange, correlationId });
  reply(exchange, replyTo, {
    error: stopped ? "access_denied" : authorizationErrorOf(error),
    ...(error.aadsts === 65004 && { error_subcode: "cancel" }),
    error_description: report.error_description,
    error_uri: report.error_uri,
    ...(!stopped && report.suberror !== undefined && { suberror: report.suberror }),
  });
}

/** `invalid_grant` belongs to the token endpoint: there is no grant yet to be invalid. */
function authorizationErrorOf({ aadsts, error }: AuthorityError): string {
  if (aadsts === 65001) return "consent_required";
  return error === "invalid_grant" ? "access_denied" : error;
}

/** 303 after a form, so that the browser never sends a password on. */
function reply(exchange: Exchange, replyTo: ReplyTo, fields: Readonly<Record<string, string>>) {
  const { request, response } = exchange;
  const answer = { ...fields, ...(replyTo.state !== undefined && { state: replyTo.state }) };
  response.set("Cache-Control", "no-store");
  if (replyTo.responseMode === "form_post") {
    response.render("form-post", {
      ...pageOf("Back to the app"),
      action: replyTo.redirectUri,
      fields: answer,
      script: SUBMIT_AT_ONCE,
    });
    return;
  }
  const url = new URL(replyTo.redirectUri);
  for (const [name, value] of Object.entries(answer)) url.searchParams.append(name, value);
  response.redirect(request.method === "POST" ? 303 : 302, url.href);
}
