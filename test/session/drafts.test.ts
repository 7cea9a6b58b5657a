import { describe, expect, it } from "vitest";
import { deleteDraft, listDrafts, readDraft, saveDraft } from "../../src/session/drafts.js";
import { createMemoryStore } from "../../src/store/memory-store.js";
import { IBAN, OTHER_IBAN } from "../support/ibans.js";

const ADA = { binding: "browser-a", oid: "ada" };
/** The binding stays when an account is disabled, so that its drafts wait for their owner. */
const NEXT_PERSON = { binding: "browser-a", oid: "ben" };
const OTHER_BROWSER = { binding: "browser-b", oid: "ada" };

describe("a draft", () => {
  it.each([
    ["the next person of the session", NEXT_PERSON],
    ["the same person in another browser", OTHER_BROWSER],
  ])("is neither read, listed, deleted nor replaced by %s", async (_name, other) => {
    const store = createMemoryStore();
    const draft = await saveDraft(store, ADA, { iban: IBAN });
    expect(await readDraft(store, other, draft.id)).toBeUndefined();
    expect(await listDrafts(store, other)).toEqual([]);
    await deleteDraft(store, other, draft.id);
    const theirs = await saveDraft(store, other, { iban: OTHER_IBAN, formId: draft.id });
    expect(theirs.id).not.toBe(draft.id);
    expect(await readDraft(store, ADA, draft.id)).toEqual(draft);
    expect(await listDrafts(store, ADA)).toEqual([draft]);
  });
});
