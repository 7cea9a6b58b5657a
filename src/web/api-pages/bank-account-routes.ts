import { type Request, Router } from "express";
import { z } from "zod";
import type { ApiSettings } from "../../config/config.js";
import {
  deleteDraft,
  listDrafts,
  markDraftSent,
  readDraft,
  saveDraft,
} from "../../session/drafts.js";
import type { Draft, DraftOwner } from "../../session/drafts.js";
import { bindingOf } from "../../session/session-data.js";
import type { AppContext } from "../app-context.js";
import { BANK_ACCOUNT_PATH, draftPath } from "../draft-path.js";
import { wantsJson, type Exchange } from "../exchange.js";
import { unreadableResponseProblem } from "../problems/outcome-problems.js";
import { sendProblem } from "../problems/problem-page.js";
import {
  partOf,
  sendChanged,
  sendFieldProblem,
  sendGone,
  sendSignedOut,
  showBankAccount,
} from "./bank-account-page.js";
import { compactIban, findIbanProblem } from "./iban.js";
import { requireSignIn } from "./require-sign-in.js";
import { serveFromApi } from "./serve-from-api.js";

const changedSchema = z.object({ iban: z.string(), changedAt: z.string() });
const rejectedIbanSchema = z.object({ error: z.object({ code: z.literal("ERR_IBAN_INVALID") }) });
const FORM_ID = /^[\w-]{43}$/;

/**
 * Creates `GET /bank-account`: the form, or with `draft` the kept input, to be confirmed.
 * `POST /bank-account`, as a form or JSON: keeps the input as a draft, then sends it. The draft stays
 * for fifteen minutes through a step-up, a cancelled one or a failure of the API.
 * `POST /bank-account/discard`: deletes a draft.
 */
export function createBankAccountRoutes(
  context: Omit<AppContext, "isDraining">,
  api: ApiSettings,
): Router {
  const { store, now } = context;
  const router = Router();

  router.get(BANK_ACCOUNT_PATH, requireSignIn, async (request, response) => {
    const owner = ownerOf(request, now);
    const { draft: id, edit } = request.query;
    const drafts = await listDrafts(store, owner);
    const named = typeof id === "string" ? await readDraft(store, owner, id) : undefined;
    const edited = drafts.find((each) => each.id === edit);
    const form = { drafts, iban: edited?.iban ?? "", edit: edited?.id };
    showBankAccount(response, { ...form, ...partOf(named, id !== undefined) });
  });

  router.post(`${BANK_ACCOUNT_PATH}/discard`, async (request, response) => {
    if (request.session.signedIn === undefined) {
      sendSignedOut({ request, response }, "");
      return;
    }
    await deleteDraft(store, ownerOf(request, now), readField(request, "draft"));
    if (wantsJson(request)) response.status(204).end();
    else response.redirect(303, BANK_ACCOUNT_PATH);
  });

  router.post(BANK_ACCOUNT_PATH, async (request, response) => {
    const exchange = { request, response };
    if (request.session.signedIn === undefined) {
      sendSignedOut(exchange, readField(request, "iban"));
      return;
    }
    const draft = await draftOf(exchange, context);
    if (draft !== undefined) await sendDraft({ ...exchange, draft, api }, context);
  });

  return router;
}

/** Returns the draft to send, the confirmed one or a new one of the input; else responds. */
async function draftOf(
  exchange: Exchange,
  { store, now }: Pick<AppContext, "store" | "now">,
): Promise<Draft | undefined> {
  const { request } = exchange;
  const owner = ownerOf(request, now);
  const id = readField(request, "draft");
  const iban = readField(request, "iban").trim();
  const problem = id === "" ? findIbanProblem(iban) : undefined;
  if (problem !== undefined) {
    sendFieldProblem(exchange, iban, problem);
    return undefined;
  }
  const formId = FORM_ID.exec(readField(request, "formId"))?.[0];
  const draft =
    id === "" ? await saveDraft(store, owner, { iban, formId }) : await readDraft(store, owner, id);
  if (draft === undefined) {
    sendGone(exchange, id);
    return undefined;
  }
  const edited = readField(request, "edit");
  // Sent again unchanged it is the same write: its response may have been lost.
  if (edited !== draft.id) await deleteDraft(store, owner, edited);
  if (draft.changedAt === undefined) return draft;
  sendChanged(exchange, draft);
  return undefined;
}

async function sendDraft(
  { request, response, draft, api }: Exchange & { draft: Draft; api: ApiSettings },
  context: Omit<AppContext, "isDraining">,
): Promise<void> {
  const { store, now } = context;
  const exchange = { request, response };
  const owner = ownerOf(request, now);
  const apiRequest = {
    url: `${api.url}/bank-account`,
    method: "POST",
    body: { iban: compactIban(draft.iban) },
    headers: { "Idempotency-Key": draft.idempotencyKey },
  } as const;
  await serveFromApi(
    exchange,
    {
      api,
      apiRequest,
      returnTo: draftPath(draft.id),
      show: async ({ body }) => {
        const changed = changedSchema.safeParse(body);
        if (!changed.success) {
          // The effect is unknown: the draft stays, and its idempotency key prevents a second one.
          sendProblem(exchange, unreadableResponseProblem(api.name));
          return;
        }
        const sent = { ...draft, changedAt: changed.data.changedAt };
        await markDraftSent(store, owner, sent);
        sendChanged(exchange, sent);
      },
      showRejection: async ({ body }) => {
        if (!rejectedIbanSchema.safeParse(body).success) return false;
        await deleteDraft(store, owner, draft.id);
        sendFieldProblem(exchange, draft.iban, "That is not a valid IBAN. Check the digits.");
        return true;
      },
    },
    context,
  );
}

function ownerOf({ session }: Request, now: () => number): DraftOwner {
  const oid = session.signedIn?.oid;
  if (oid === undefined) throw new Error("Drafts belong to somebody who is signed in");
  return { binding: bindingOf(session, now), oid };
}

function readField({ body }: Request, name: string): string {
  const value = (body as Readonly<Record<string, unknown>> | undefined)?.[name];
  return typeof value === "string" ? value : "";
}
