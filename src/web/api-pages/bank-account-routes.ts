import { type Request, type Response, Router } from "express";
import { z } from "zod";
import {
  deleteDraft,
  listDrafts,
  markDraftSent,
  readDraft,
  saveDraft,
} from "../../session/drafts.js";
import type { Draft, DraftOwner } from "../../session/drafts.js";
import { bindingOf, randomName } from "../../session/session-data.js";
import type { ApiSettings } from "../../config/config.js";
import type { AppContext } from "../app-context.js";
import { unreadableResponseProblem } from "../problems/outcome-problems.js";
import { sendProblem } from "../problems/problem-page.js";
import { signInUrl } from "../return-path.js";
import { requireSignIn } from "./require-sign-in.js";
import { serveFromApi } from "./serve-from-api.js";
import { wantsJson, type Exchange } from "../exchange.js";

/** More than the longest IBAN (34) with spaces; the API decides whether it is one. */
const MAX_IBAN_CHARACTERS = 64;

const PATH = "/bank-account";
const GONE = "That change was discarded or is older than 15 minutes. Nothing was sent.";

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
 * `GET /bank-account`: the form, or with `draft` the kept input, to be confirmed.
 * `POST /bank-account`: keeps the input as a draft, then sends it. The draft stays for fifteen minutes
 * through a step-up, a cancelled one or a failure of the API.
 * `POST /bank-account/discard`: deletes a draft.
 */
export function createBankAccountRoutes(context: AppContext, api: ApiSettings): Router {
  const { store } = context;
  const router = Router();

  router.get(PATH, requireSignIn, async (request, response) => {
    const owner = ownerOf(request, context);
    const { draft: id, edit } = request.query;
    const drafts = await listDrafts(store, owner);
    const named = typeof id === "string" ? await readDraft(store, owner, id) : undefined;
    const edited = drafts.find((each) => each.id === edit);
    show(response, {
      drafts,
      iban: edited?.iban ?? "",
      edit: edited?.id,
      ...(named?.changedAt === undefined ? { draft: named } : { changed: named }),
      notice: id !== undefined && named === undefined ? GONE : undefined,
    });
  });

  router.post(`${PATH}/discard`, requireSignIn, async (request, response) => {
    await deleteDraft(store, ownerOf(request, context), readField(request, "draft"));
    response.redirect(303, PATH);
  });

  router.post(PATH, async (request, response) => {
    if (request.session.signedIn === undefined) {
      sendSignedOut(request, response);
      return;
    }
    const draft = await draftOf(request, response, context);
    if (draft !== undefined) await send({ request, response, draft, api }, context);
  });

  return router;
}

/** Returns the draft to send: the one that is confirmed, or a new one of the input. */
async function draftOf(
  request: Request,
  response: Response,
  context: AppContext,
): Promise<Draft | undefined> {
  const owner = ownerOf(request, context);
  const id = readField(request, "draft");
  if (id !== "") {
    const draft = await readDraft(context.store, owner, id);
    if (draft !== undefined && draft.changedAt === undefined) return draft;
    response.redirect(303, pathOf({ id }));
    return undefined;
  }
  const form = formSchema.safeParse(request.body);
  if (!form.success || form.data.iban === "") {
    const iban = readField(request, "iban").slice(0, MAX_IBAN_CHARACTERS);
    sendFieldProblem({ request, response }, iban, "Enter an IBAN.");
    return undefined;
  }
  const draft = await saveDraft(context.store, owner, form.data);
  const edited = readField(request, "edit");
  // Sent again unchanged it is the same write: its response may have been lost.
  if (edited !== draft.id) await deleteDraft(context.store, owner, edited);
  if (draft.changedAt === undefined) return draft;
  response.redirect(303, pathOf(draft));
  return undefined;
}

async function send(
  { request, response, draft, api }: Exchange & { draft: Draft; api: ApiSettings },
  context: AppContext,
): Promise<void> {
  const owner = ownerOf(request, context);
  const returnTo = pathOf(draft);
  const apiRequest = {
    url: `${api.url}/bank-account`,
    method: "POST",
    body: { iban: draft.iban },
    headers: { "Idempotency-Key": draft.idempotencyKey },
  } as const;
  await serveFromApi(
    { request, response },
    {
      scopes: api.scopes,
      apiRequest,
      returnTo,
      show: async ({ body }) => {
        const changed = changedSchema.safeParse(body);
        if (!changed.success) {
          // The effect is unknown: the draft stays, and its idempotency key prevents a second one.
          sendProblem({ request, response }, unreadableResponseProblem());
          return;
        }
        const { changedAt } = changed.data;
        await markDraftSent(context.store, owner, { ...draft, changedAt });
        if (wantsJson(request)) response.json({ iban: draft.iban, changedAt });
        else response.redirect(303, returnTo);
      },
      showRejection: async ({ body }) => {
        if (!rejectedIbanSchema.safeParse(body).success) return false;
        await deleteDraft(context.store, owner, draft.id);
        const problem = "That is not a valid IBAN. Check the digits.";
        sendFieldProblem({ request, response }, draft.iban, problem);
        return true;
      },
    },
    context,
  );
}

interface Page {
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

function show(response: Response, page: Page): void {
  response.render("bank-account", { formId: randomName(), ...page });
}

function sendFieldProblem({ request, response }: Exchange, iban: string, problem: string): void {
  response.status(422);
  if (wantsJson(request)) response.json({ code: "ERR_IBAN_INVALID", message: problem });
  else show(response, { iban, problem });
}

/** Responds when the session ended while the form was open: the page keeps the input. */
function sendSignedOut(request: Request, response: Response): void {
  const url = signInUrl(PATH);
  response.status(401);
  if (wantsJson(request)) response.json({ code: "ERR_SIGN_IN_REQUIRED", url });
  else show(response, { iban: readField(request, "iban"), signInHref: url });
}

function pathOf({ id }: Pick<Draft, "id">): string {
  return `${PATH}?draft=${encodeURIComponent(id)}`;
}

function ownerOf({ session }: Request, { now }: AppContext): DraftOwner {
  const oid = session.signedIn?.oid;
  if (oid === undefined) throw new Error("Drafts belong to somebody who is signed in");
  return { binding: bindingOf(session, now), oid };
}

function readField({ body }: Request, name: string): string {
  const value = (body as Readonly<Record<string, unknown>> | undefined)?.[name];
  return typeof value === "string" ? value : "";
}
