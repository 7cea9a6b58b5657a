import type { KeyValueStore } from "../store/key-value-store.js";
import {
  addToList,
  readList,
  removeFromList,
  updateEntry,
  type BoundedList,
} from "../store/update-entry.js";
import { randomName } from "./session-data.js";

/** How long a draft is kept, in milliseconds. */
const DRAFT_TTL_MS = 15 * 60 * 1000;

/** The drafts of one session; beyond them the oldest one goes. */
const MAX_DRAFTS = 5;

/** The owner of drafts: a browser's session and the person who is signed in there. */
export interface DraftOwner {
  readonly binding: string;
  /** The person's object id. */
  readonly oid: string;
}

/** A write that an API has not accepted yet, or has just accepted. */
export interface Draft {
  readonly id: string;
  /** The form's input. */
  readonly iban: string;
  /** Sent with every try, so that the API executes the write once. */
  readonly idempotencyKey: string;
  /** The time of acceptance, as the API wrote it. Such a draft is not sent again. */
  readonly changedAt?: string;
  /** The API accepted another write after this one. */
  readonly isSuperseded?: true;
}

/** The input of a form. */
export interface FormInput {
  readonly iban: string;
  /** The random name that was in the form when it was shown. */
  readonly formId?: string | undefined;
}

/**
 * Keeps the input of a form before it is sent, so that no failure on the way loses it.
 *
 * The same input is the same draft while it has not been sent, and so is the same form sent twice: one
 * write has one idempotency key.
 */
export async function saveDraft(
  store: KeyValueStore,
  owner: DraftOwner,
  { iban, formId = randomName() }: FormInput,
): Promise<Draft> {
  const unsent = await listDrafts(store, owner);
  const known = unsent.find((each) => each.iban === iban);
  if (known !== undefined) return known;
  const draft = { id: formId, iban, idempotencyKey: randomName() };
  const value = JSON.stringify({ owner, draft });
  const key = draftKey(draft.id);
  const isNew = await store.replace({ key, expected: undefined, value, ttlMs: DRAFT_TTL_MS });
  if (!isNew) {
    const kept = await readDraft(store, owner, formId);
    if (kept?.iban === iban && kept.isSuperseded !== true) return kept;
    return saveDraft(store, owner, { iban });
  }
  const dropped = await addToList(store, listOf("unsent", owner), draft.id);
  for (const oldest of dropped) await store.delete(draftKey(oldest));
  return draft;
}

/** Returns a draft, sent or not, or undefined when it is not this owner's or is too old. */
export async function readDraft(
  store: KeyValueStore,
  owner: DraftOwner,
  id: string,
): Promise<Draft | undefined> {
  const text = await store.get(draftKey(id));
  if (text === undefined) return undefined;
  const kept = JSON.parse(text) as KeptDraft;
  const isTheirs = kept.owner.binding === owner.binding && kept.owner.oid === owner.oid;
  return isTheirs ? kept.draft : undefined;
}

/**
 * Records that the API accepted a draft, so that a reload or a second tab sends nothing.
 *
 * Every other draft gets a new idempotency key. If the response to one was lost, the API would repeat
 * that response to its old key, and the page would show a change that is no longer in effect.
 */
export async function markDraftSent(
  store: KeyValueStore,
  owner: DraftOwner,
  draft: Draft & { readonly changedAt: string },
): Promise<void> {
  const { id, iban, idempotencyKey, changedAt } = draft;
  const sent = { id, iban, idempotencyKey, changedAt };
  await store.set(draftKey(id), JSON.stringify({ owner, draft: sent }), DRAFT_TTL_MS);
  await removeFromList(store, listOf("unsent", owner), draft.id);
  for (const state of ["unsent", "sent"] as const) {
    const ids = readList(await store.get(listOf(state, owner).key));
    for (const id of ids) if (id !== draft.id) await supersede(store, id);
  }
  await addToList(store, listOf("sent", owner), draft.id);
}

async function supersede(store: KeyValueStore, id: string): Promise<void> {
  await updateEntry(store, {
    key: draftKey(id),
    ttlMs: DRAFT_TTL_MS,
    change: (current) => {
      if (current === undefined) return { value: undefined, result: undefined };
      const { owner, draft } = JSON.parse(current) as KeptDraft;
      const superseded = { ...draft, idempotencyKey: randomName(), isSuperseded: true };
      return { value: JSON.stringify({ owner, draft: superseded }), result: undefined };
    },
  });
}

/** Returns all unsent drafts of this owner, the oldest first. */
export async function listDrafts(
  store: KeyValueStore,
  owner: DraftOwner,
): Promise<readonly Draft[]> {
  const ids = readList(await store.get(listOf("unsent", owner).key));
  const drafts = await Promise.all(ids.map((id) => readDraft(store, owner, id)));
  return drafts
    .filter((draft) => draft !== undefined)
    .filter((draft) => draft.changedAt === undefined);
}

/** Deletes a draft of this owner. */
export async function deleteDraft(
  store: KeyValueStore,
  owner: DraftOwner,
  id: string,
): Promise<void> {
  if ((await readDraft(store, owner, id)) === undefined) return;
  await store.delete(draftKey(id));
  await removeFromList(store, listOf("unsent", owner), id);
}

interface KeptDraft {
  readonly owner: DraftOwner;
  readonly draft: Draft;
}

function draftKey(id: string): string {
  return `draft:${id}`;
}

/** Returns the list of an owner's drafts: those that an API has not accepted yet, or has. */
function listOf(state: "unsent" | "sent", { binding, oid }: DraftOwner): BoundedList {
  const kind = state === "unsent" ? "drafts" : "sent-drafts";
  return { key: `${kind}:${binding}:${oid}`, ttlMs: DRAFT_TTL_MS, maxNames: MAX_DRAFTS };
}
