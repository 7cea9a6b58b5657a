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
}

/** Keeps what somebody typed before it is sent: whatever happens on the way, it is still here. */
export async function saveDraft(
  store: KeyValueStore,
  owner: DraftOwner,
  iban: string,
): Promise<Draft> {
  const draft = { id: randomName(), iban, idempotencyKey: randomName() };
  await store.set(draftKey(draft.id), JSON.stringify({ owner, draft }), DRAFT_TTL_MS);
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

/** Gives a draft, or `undefined` when it is not this owner's, was sent, or is too old. */
export async function readDraft(
  store: KeyValueStore,
  owner: DraftOwner,
  id: string,
): Promise<Draft | undefined> {
  const text = await store.get(draftKey(id));
  if (text === undefined) return undefined;
  const kept = JSON.parse(text) as { owner: DraftOwner; draft: Draft };
  const isTheirs = kept.owner.binding === owner.binding && kept.owner.oid === owner.oid;
  return isTheirs ? kept.draft : undefined;
}

/** Notes that the API took a draft, so that a reload or a second tab shows that and sends nothing. */
export async function markDraftSent(
  store: KeyValueStore,
  owner: DraftOwner,
  draft: Draft & { readonly changedAt: string },
): Promise<void> {
  await store.set(draftKey(draft.id), JSON.stringify({ owner, draft }), DRAFT_TTL_MS);
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
