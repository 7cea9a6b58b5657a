import type { KeyValueStore } from "../store/key-value-store.js";
import { updateEntry } from "../store/update-entry.js";
import { randomName } from "./session-data.js";

/** How long what somebody typed is kept, in milliseconds. */
const DRAFT_TTL_MS = 15 * 60 * 1000;

/** How many unsent changes of one session are kept; the oldest goes first. */
const MAX_DRAFTS = 5;

/** Whose drafts: a browser's session and the person who is signed in there. */
export interface DraftOwner {
  readonly binding: string;
  /** The person's object id. */
  readonly oid: string;
}

/** What somebody typed and an API has not taken yet. */
export interface Draft {
  readonly id: string;
  /** The form's input. */
  readonly iban: string;
  /** Sent with every try, so that the API executes the change once. */
  readonly idempotencyKey: string;
  /** When the API took it, as the API says: it was sent, and is not sent again. */
  readonly changedAt?: string;
  /** The API took another change after this one. */
  readonly isSuperseded?: true;
}

/** What a form sent. */
export interface FormInput {
  readonly iban: string;
  /** The random name that the form got when it was shown. */
  readonly formId?: string | undefined;
}

/**
 * Keeps what somebody typed before it is sent: whatever happens on the way, it is still here.
 *
 * The same input is the same draft while it has not been sent, and so is the same form sent twice, at
 * once or later: one change has one idempotency key.
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
  const dropped = await updateEntry(store, {
    key: listKey(owner),
    ttlMs: DRAFT_TTL_MS,
    change: (current) => {
      const ids = [...readIds(current), draft.id];
      return {
        value: JSON.stringify(ids.slice(-MAX_DRAFTS)),
        result: ids.slice(0, -MAX_DRAFTS),
      };
    },
  });
  for (const id of dropped) await store.delete(draftKey(id));
  return draft;
}

/** Gives a draft, sent or not, or `undefined` when it is not this owner's or is too old. */
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
 * Notes that the API took a draft, so that a reload or a second tab shows that and sends nothing.
 *
 * Any other one is from now on a change of its own. If its answer was lost, the API would repeat that
 * answer to its old key, and the page would say that it holds while this one does.
 */
export async function markDraftSent(
  store: KeyValueStore,
  owner: DraftOwner,
  draft: Draft & { readonly changedAt: string },
): Promise<void> {
  await store.set(draftKey(draft.id), JSON.stringify({ owner, draft }), DRAFT_TTL_MS);
  const ids = readIds(await store.get(listKey(owner)));
  for (const id of ids) if (id !== draft.id) await supersede(store, id);
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

/** Gives all unsent drafts of this owner, the oldest first. */
export async function listDrafts(
  store: KeyValueStore,
  owner: DraftOwner,
): Promise<readonly Draft[]> {
  const ids = readIds(await store.get(listKey(owner)));
  const drafts = await Promise.all(ids.map((id) => readDraft(store, owner, id)));
  return drafts.filter((draft) => draft !== undefined).filter(isUnsent);
}

/** Forgets a draft that was sent or discarded; somebody else's stays where it is. */
export async function deleteDraft(
  store: KeyValueStore,
  owner: DraftOwner,
  id: string,
): Promise<void> {
  if ((await readDraft(store, owner, id)) !== undefined) await store.delete(draftKey(id));
}

interface KeptDraft {
  readonly owner: DraftOwner;
  readonly draft: Draft;
}

function isUnsent({ changedAt }: Draft): boolean {
  return changedAt === undefined;
}

function readIds(text: string | undefined): string[] {
  return text === undefined ? [] : (JSON.parse(text) as string[]);
}

function draftKey(id: string): string {
  return `draft:${id}`;
}

function listKey({ binding, oid }: DraftOwner): string {
  return `drafts:${binding}:${oid}`;
}
