import type { Response } from "express";
import type { Draft } from "../../session/drafts.js";
import { randomName } from "../../session/session-data.js";
import { BANK_ACCOUNT_PATH, draftPath } from "../draft-path.js";
import { wantsJson, type Exchange } from "../exchange.js";
import { sendProblemDetails, sendSignInRequired } from "../problems/problem-page.js";
import { signInUrl } from "../return-path.js";

const GONE = "That change was discarded or is older than 15 minutes. Nothing was sent.";

/** The parts of the page. */
export interface BankAccountPage {
  readonly iban: string;
  readonly draft?: Draft | undefined;
  readonly drafts?: readonly Draft[];
  readonly edit?: string | undefined;
  readonly changed?: Draft;
  readonly problem?: string;
  readonly notice?: string | undefined;
  /** Where to sign in, in another tab, so that the input stays in this one. */
  readonly signInHref?: string;
}

/** Sends the page with the form, a draft to confirm, or a change that was made. */
export function showBankAccount(response: Response, page: BankAccountPage): void {
  response.render("bank-account", { formId: randomName(), ...page });
}

/** Returns the page's part for a named draft: to confirm, made, or no longer there. */
export function partOf(named: Draft | undefined, isNamed: boolean): Partial<BankAccountPage> {
  if (named === undefined) return isNamed ? { notice: GONE } : {};
  return named.changedAt === undefined ? { draft: named } : { changed: named };
}

/** Sends the problem of an input that is no IBAN; the page keeps the input. */
export function sendFieldProblem(
  { request, response }: Exchange,
  iban: string,
  problem: string,
): void {
  const status = 422;
  if (wantsJson(request)) {
    const code = "ERR_IBAN_INVALID";
    sendProblemDetails(response, { status, code, title: "IBAN not valid", detail: problem });
  } else {
    showBankAccount(response.status(status), { iban, problem });
  }
}

/** Responds when the session ended while the form was open; the page keeps the input. */
export function sendSignedOut({ request, response }: Exchange, iban: string): void {
  const url = signInUrl(BANK_ACCOUNT_PATH);
  if (wantsJson(request)) sendSignInRequired(response, url);
  else showBankAccount(response.status(401), { iban, signInHref: url });
}

/** Responds with a change that the API has made. */
export function sendChanged({ request, response }: Exchange, { id, iban, changedAt }: Draft): void {
  if (wantsJson(request)) response.json({ iban, changedAt });
  else response.redirect(303, draftPath(id));
}

/** Responds to the confirmation of a draft that is no longer there. */
export function sendGone({ request, response }: Exchange, id: string): void {
  if (wantsJson(request)) {
    const code = "ERR_NOT_FOUND";
    sendProblemDetails(response, { status: 404, code, title: "No such change", detail: GONE });
  } else {
    response.redirect(303, draftPath(id));
  }
}
