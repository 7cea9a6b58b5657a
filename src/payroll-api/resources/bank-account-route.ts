import express from "express";
import type { Request, RequestHandler } from "express";
import { z } from "zod";
import { type Problem, sendProblem } from "../error-responses.js";
import { normalizeIban } from "./iban.js";
import { createRunOnce } from "./idempotency.js";
import type { CallerHandler } from "./require-demand.js";

/** The account to which a person's pay goes. */
export interface BankAccount {
  readonly iban: string;
  /** RFC 3339. */
  readonly changedAt: string;
}

/** Saves a bank account; called once for each `Idempotency-Key` of a person. */
export type SaveBankAccount = (personId: string, account: BankAccount) => Promise<void>;

interface BankAccountRouteOptions {
  /** The clock, in milliseconds. */
  readonly now: () => number;
  readonly saveBankAccount: SaveBankAccount;
}

const MAX_BODY_BYTES = 1024;

const bodySchema = z.strictObject({ iban: z.string().max(64) });

/** Creates the handlers of `POST /bank-account` that follow the guard. */
export function createBankAccountRoute({
  now,
  saveBankAccount,
}: BankAccountRouteOptions): readonly [RequestHandler, CallerHandler] {
  const runOnce = createRunOnce<BankAccount>(now);

  async function save(personId: string, iban: string): Promise<BankAccount> {
    const account = { iban, changedAt: new Date(now()).toISOString() };
    await saveBankAccount(personId, account);
    return account;
  }

  return [
    express.json({ limit: MAX_BODY_BYTES, inflate: false }),
    async (request, response) => {
      const change = readChange(request);
      if ("status" in change) {
        sendProblem(response, change);
        return;
      }
      const { personId } = response.locals.caller;
      const { key, iban } = change;
      const outcome = await runOnce({
        personId,
        key,
        fingerprint: iban,
        execute: () => save(personId, iban),
      });
      if (outcome.kind === "done") response.json(outcome.result);
      else sendProblem(response, KEY_REUSED);
    },
  ];
}

const KEY_NEEDED: Problem = {
  status: 400,
  code: "ERR_IDEMPOTENCY_KEY",
  message: "One Idempotency-Key header of 1 to 255 visible characters is needed",
};
const KEY_REUSED: Problem = {
  status: 422,
  code: "ERR_IDEMPOTENCY_KEY_REUSED",
  message: "This Idempotency-Key was used for another IBAN",
};
const BODY_NEEDED: Problem = {
  status: 400,
  code: "ERR_BAD_REQUEST",
  message: 'The body must be JSON of the form {"iban":"…"}',
};
const IBAN_INVALID: Problem = {
  status: 422,
  code: "ERR_IBAN_INVALID",
  message: "The IBAN is not valid: its form or its check digits are wrong",
};

function readChange(
  request: Pick<Request, "body" | "headersDistinct">,
): { readonly key: string; readonly iban: string } | Problem {
  const key = readIdempotencyKey(request.headersDistinct["idempotency-key"]);
  if (key === undefined) return KEY_NEEDED;
  const body = bodySchema.safeParse(request.body);
  if (!body.success) return BODY_NEEDED;
  const iban = normalizeIban(body.data.iban);
  return iban === undefined ? IBAN_INVALID : { key, iban };
}

function readIdempotencyKey(lines: readonly string[] = []): string | undefined {
  const [key = ""] = lines;
  return lines.length === 1 && /^[\x21-\x7e]{1,255}$/.test(key) ? key : undefined;
}
