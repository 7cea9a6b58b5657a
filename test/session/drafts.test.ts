import { describe, expect, it } from "vitest";
import {
  deleteDraft,
  listDrafts,
  markDraftSent,
  readDraft,
  saveDraft,
} from "../../src/session/drafts.js";
import { createMemoryStore } from "../../src/store/memory-store.js";
import { IBAN, OTHER_IBAN } from "../support/ibans.js";
import { createPausedStore } from "../support/paused-store.js";

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

const CHANGED_AT = "2026-11-26T10:00:00Z";

describe("the input of a form", () => {
  it("is one draft while it has not been sent, however often and from whatever form", async () => {
    const store = createMemoryStore();
    const draft = await saveDraft(store, ADA, { iban: IBAN, formId: "form-1" });
    expect(draft).toMatchObject({ id: "form-1", iban: IBAN });
    expect(await saveDraft(store, ADA, { iban: IBAN, formId: "form-2" })).toEqual(draft);
    expect(await saveDraft(store, ADA, { iban: IBAN })).toEqual(draft);
    expect(await listDrafts(store, ADA)).toEqual([draft]);
  });

  it("is a draft of its own when it differs, also from the same form", async () => {
    const store = createMemoryStore();
    const first = await saveDraft(store, ADA, { iban: IBAN, formId: "form-1" });
    const other = await saveDraft(store, ADA, { iban: OTHER_IBAN, formId: "form-1" });
    expect(other.id).not.toBe(first.id);
    expect(other.iban).toBe(OTHER_IBAN);
    expect(other.idempotencyKey).not.toBe(first.idempotencyKey);
    expect(await readDraft(store, ADA, first.id)).toEqual(first);
    expect(await listDrafts(store, ADA)).toEqual([first, other]);
  });

  it("is what was sent already when the same form comes twice", async () => {
    const store = createMemoryStore();
    const draft = await saveDraft(store, ADA, { iban: IBAN, formId: "form-1" });
    await markDraftSent(store, ADA, { ...draft, changedAt: CHANGED_AT });
    const again = await saveDraft(store, ADA, { iban: IBAN, formId: "form-1" });
    expect(again).toEqual({ ...draft, changedAt: CHANGED_AT });
    expect(await listDrafts(store, ADA)).toEqual([]);
  });

  it("is written anew when another write came after it, or from a new form", async () => {
    const store = createMemoryStore();
    const first = await saveDraft(store, ADA, { iban: IBAN, formId: "form-1" });
    await markDraftSent(store, ADA, { ...first, changedAt: CHANGED_AT });
    const second = await saveDraft(store, ADA, { iban: OTHER_IBAN, formId: "form-2" });
    await markDraftSent(store, ADA, { ...second, changedAt: CHANGED_AT });
    for (const formId of ["form-1", "form-3"]) {
      const anew = await saveDraft(store, ADA, { iban: IBAN, formId });
      expect(anew.id).not.toBe(first.id);
      expect(anew.idempotencyKey).not.toBe(first.idempotencyKey);
      expect(anew).not.toHaveProperty("changedAt");
      await deleteDraft(store, ADA, anew.id);
    }
  });

  it("is kept for fifteen minutes, sent or not", async () => {
    const clock = { now: 0 };
    const store = createMemoryStore({ now: () => clock.now });
    const sent = await saveDraft(store, ADA, { iban: IBAN });
    await markDraftSent(store, ADA, { ...sent, changedAt: CHANGED_AT });
    const unsent = await saveDraft(store, ADA, { iban: OTHER_IBAN });
    clock.now = 15 * 60_000 - 1;
    expect(await readDraft(store, ADA, sent.id)).toBeDefined();
    expect(await listDrafts(store, ADA)).toEqual([unsent]);
    clock.now = 15 * 60_000;
    expect(await readDraft(store, ADA, sent.id)).toBeUndefined();
    expect(await readDraft(store, ADA, unsent.id)).toBeUndefined();
    expect(await listDrafts(store, ADA)).toEqual([]);
  });

  it("makes the oldest of five drafts go, and nobody else's", async () => {
    const store = createPausedStore();
    const theirs = await saveDraft(store, OTHER_BROWSER, { iban: IBAN });
    const drafts = [];
    for (let count = 0; count < 6; count += 1) {
      drafts.push(await saveDraft(store, ADA, { iban: `${IBAN}${count}` }));
    }
    expect(await listDrafts(store, ADA)).toEqual(drafts.slice(1));
    expect(await readDraft(store, ADA, drafts[0]?.id ?? "")).toBeUndefined();
    expect(await listDrafts(store, OTHER_BROWSER)).toEqual([theirs]);
    expect(await store.keysOf("draft")).toHaveLength(6);
  });
});

describe("deleteDraft", () => {
  it("leaves nothing of a draft", async () => {
    const store = createPausedStore();
    const draft = await saveDraft(store, ADA, { iban: IBAN });
    await deleteDraft(store, ADA, draft.id);
    expect(await readDraft(store, ADA, draft.id)).toBeUndefined();
    expect(await listDrafts(store, ADA)).toEqual([]);
    expect(await store.keysOf("draft")).toEqual([]);
    expect(await store.keysOf("drafts")).toEqual([]);
  });
});
