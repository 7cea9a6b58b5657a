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
import { wantsJson, type Exchange } from "../exchange.js";
import { unreadableResponseProblem } from "../problems/outcome-problems.js";
import { sendProblem } from "../problems/problem-page.js";
import {
  partOf,
  PATH,
  pathOf,
  sendChanged,
  sendFieldProblem,
  sendGone,
  sendSignedOut,
  showBankAccount,
} from "./bank-account-page.js";
import { requireSignIn } from "./require-sign-in.js";
import { serveFromApi } from "./serve-from-api.js";

/** More than the longest IBAN (34) with spaces; the API decides whether it is one. */
const MAX_IBAN_CHARACTERS = 64;

const changedSchema = z.object({ iban: z.string(), changedAt: z.string() });
const rejectedIbanSchema = z.object({ error: z.object({ code: z.literal("ERR_IBAN_INVALID") }) });
const formSchema = z.object({
  iban: z.string().trim().max(MAX_IBAN_CHARACTERS),
  formId: z
    .string()
    .regex(/^[\w-]{43}$/)
    .optional()
    .catch(undefined),
});

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

  router.get(PATH, requireSignIn, async (request, response) => {
    const owner = ownerOf(request, now);
    const { draft: id, edit } = request.query;
    const drafts = await listDrafts(store, owner);
    const named = typeof id === "string" ? await readDraft(store, owner, id) : undefined;
    const edited = drafts.find((each) => each.id === edit);
    const form = { drafts, iban: edited?.iban ?? "", edit: edited?.id };
    showBankAccount(response, { ...form, ...partOf(named, id !== undefined) });
  });

  router.post(`${PATH}/discard`, async (request, response) => {
    if (request.session.signedIn === undefined) {
      sendSignedOut({ request, response }, "");
      return;
    }
    await deleteDraft(store, ownerOf(request, now), readField(request, "draft"));
    if (wantsJson(request)) response.status(204).end();
    else response.redirect(303, PATH);
  });

  router.post(PATH, async (request, response) => {
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
  const form = formSchema.safeParse(request.body);
  if (id === "" && (!form.success || form.data.iban === "")) {
    const iban = readField(request, "iban");
    const problem = iban === "" ? "Enter an IBAN." : "An IBAN has at most 34 characters.";
    sendFieldProblem(exchange, iban, problem);
    return undefined;
  }
  const draft =
    id === "" && form.success
      ? await saveDraft(store, owner, form.data)
      : await readDraft(store, owner, id);
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
    body: { iban: draft.iban },
    headers: { "Idempotency-Key": draft.idempotencyKey },
  } as const;
  await serveFromApi(
    exchange,
    {
      scopes: api.scopes,
      apiRequest,
      returnTo: pathOf(draft.id),
      show: async ({ body }) => {
        const changed = changedSchema.safeParse(body);
        if (!changed.success) {
          // The effect is unknown: the draft stays, and its idempotency key prevents a second one.
          sendProblem(exchange, unreadableResponseProblem());
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
