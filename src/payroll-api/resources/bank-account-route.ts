import express from "express";
import type { Request, RequestHandler } from "express";
import { z } from "zod";
import { type Problem, sendProblem } from "../error-responses.js";
import { normalizeIban } from "./iban.js";
import { createRunOnce } from "./idempotency.js";
import type { CallerHandler } from "./require-demand.js";

/** Where a person's pay goes. */
export interface BankAccount {
  readonly iban: string;
  /** RFC 3339. */
  readonly changedAt: string;
}

/** Does the write; called once for each `Idempotency-Key` of a person. */
export type SaveBankAccount = (personId: string, account: BankAccount) => Promise<void>;

/** What {@link createBankAccountRoute} needs. */
export interface BankAccountRouteDependencies {
  /** The clock, in milliseconds. */
  readonly now: () => number;
  readonly saveBankAccount: SaveBankAccount;
}

const MAX_BODY_BYTES = 1024;

const bodySchema = z.strictObject({ iban: z.string().max(64) });

/** Gives the handlers of `POST /bank-account` that come after the guard. */
export function createBankAccountRoute(
  dependencies: BankAccountRouteDependencies,
): readonly [RequestHandler, CallerHandler] {
  const runOnce = createRunOnce<BankAccount>(dependencies);
  return [
    express.json({ limit: MAX_BODY_BYTES, inflate: false }),
    async (request, response) => {
      const change = readChange(request);
      if ("status" in change) {
        sendProblem(response, change.status, change.problem);
        return;
      }
      const { personId } = response.locals.caller;
      const { iban, key } = change;
      const outcome = await runOnce({
        personId,
        key,
        fingerprint: iban,
        execute: () => saveChange(personId, iban, dependencies),
      });
      if (outcome.kind === "done") response.json(outcome.result);
      else sendProblem(response, KEY_REUSED.status, KEY_REUSED.problem);
    },
  ];
}

interface Change {
  readonly key: string;
  readonly iban: string;
}

interface BadChange {
  readonly status: 400 | 422;
  readonly problem: Problem;
}

const KEY_NEEDED = badChange(400, {
  code: "ERR_IDEMPOTENCY_KEY",
  message: "One Idempotency-Key header of 1 to 255 visible characters is needed",
});
const KEY_REUSED = badChange(422, {
  code: "ERR_IDEMPOTENCY_KEY_REUSED",
  message: "This Idempotency-Key was used for another IBAN",
});
const BODY_NEEDED = badChange(400, {
  code: "ERR_BAD_REQUEST",
  message: 'The body must be JSON of the form {"iban":"…"}',
});
const IBAN_INVALID = badChange(422, {
  code: "ERR_IBAN_INVALID",
  message: "The IBAN is not valid: its form or its check digits are wrong",
});

function badChange(status: BadChange["status"], problem: Problem): BadChange {
  return { status, problem };
}

function readChange(request: Pick<Request, "body" | "headersDistinct">): Change | BadChange {
  const key = readIdempotencyKey(request.headersDistinct["idempotency-key"]);
  if (key === undefined) return KEY_NEEDED;
  const body = bodySchema.safeParse(request.body);
  if (!body.success) return BODY_NEEDED;
  const iban = normalizeIban(body.data.iban);
  return iban === undefined ? IBAN_INVALID : { key, iban };
}

async function saveChange(
  personId: string,
  iban: string,
  { now, saveBankAccount }: BankAccountRouteDependencies,
): Promise<BankAccount> {
  const account = { iban, changedAt: new Date(now()).toISOString() };
  await saveBankAccount(personId, account);
  return account;
}

function readIdempotencyKey(lines: readonly string[] = []): string | undefined {
  const [key = ""] = lines;
  return lines.length === 1 && /^[\x21-\x7e]{1,255}$/.test(key) ? key : undefined;
}
