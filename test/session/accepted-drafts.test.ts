import { describe, expect, it } from "vitest";
import { listDrafts, markDraftSent, readDraft, saveDraft } from "../../src/session/drafts.js";
import { createMemoryStore } from "../../src/store/memory-store.js";
import { IBAN, OTHER_IBAN } from "../support/ibans.js";
import { createPausedStore } from "../support/paused-store.js";

const ADA = { binding: "browser-a", oid: "ada" };
const NEXT_PERSON = { binding: "browser-a", oid: "ben" };
const OTHER_BROWSER = { binding: "browser-b", oid: "ada" };
const CHANGED_AT = "2026-11-26T10:00:00Z";

describe("a draft that the API accepted", () => {
  it("can be read, and is listed no longer", async () => {
    const store = createMemoryStore();
    const draft = await saveDraft(store, ADA, { iban: IBAN });
    await markDraftSent(store, ADA, { ...draft, changedAt: CHANGED_AT });
    expect(await readDraft(store, ADA, draft.id)).toEqual({ ...draft, changedAt: CHANGED_AT });
    expect(await readDraft(store, NEXT_PERSON, draft.id)).toBeUndefined();
    expect(await listDrafts(store, ADA)).toEqual([]);
  });

  it("is listed no longer while its record is being made", async () => {
    const store = createPausedStore();
    const draft = await saveDraft(store, ADA, { iban: IBAN });
    const pause = store.pauseBefore("replace", "drafts");
    const marking = markDraftSent(store, ADA, { ...draft, changedAt: CHANGED_AT });
    await pause.reached;
    expect(await listDrafts(store, ADA)).toEqual([]);
    pause.resume();
    await marking;
  });

  it("stays as it is when it is accepted twice", async () => {
    const store = createMemoryStore();
    const draft = await saveDraft(store, ADA, { iban: IBAN });
    const sent = { ...draft, changedAt: CHANGED_AT };
    for (let count = 0; count < 2; count += 1) await markDraftSent(store, ADA, sent);
    expect(await readDraft(store, ADA, draft.id)).toEqual(sent);
  });

  it("takes no room of drafts that were not sent", async () => {
    const store = createPausedStore();
    const unsent = await saveDraft(store, ADA, { iban: IBAN });
    for (let count = 0; count < 6; count += 1) {
      const draft = await saveDraft(store, ADA, { iban: `${OTHER_IBAN}${count}` });
      await markDraftSent(store, ADA, { ...draft, changedAt: CHANGED_AT });
    }
    expect((await listDrafts(store, ADA)).map(({ id }) => id)).toEqual([unsent.id]);
    const [list = ""] = await store.keysOf("drafts");
    expect(JSON.parse((await store.get(list)) ?? "")).toEqual([unsent.id]);
    expect(await store.keysOf("sent-drafts")).toHaveLength(1);
  });

  it("gives the others new idempotency keys, whether they were sent or not", async () => {
    const store = createMemoryStore();
    const sent = await saveDraft(store, ADA, { iban: `${IBAN}1` });
    await markDraftSent(store, ADA, { ...sent, changedAt: CHANGED_AT });
    const unsent = await saveDraft(store, ADA, { iban: `${IBAN}2` });
    const theirs = await saveDraft(store, OTHER_BROWSER, { iban: IBAN });
    const draft = await saveDraft(store, ADA, { iban: `${IBAN}3` });
    await markDraftSent(store, ADA, { ...draft, changedAt: CHANGED_AT });
    for (const before of [sent, unsent]) {
      const after = await readDraft(store, ADA, before.id);
      expect(after).toMatchObject({ id: before.id, iban: before.iban, isSuperseded: true });
      expect(after?.idempotencyKey).not.toBe(before.idempotencyKey);
    }
    expect(await readDraft(store, ADA, draft.id)).toEqual({ ...draft, changedAt: CHANGED_AT });
    expect((await listDrafts(store, ADA)).map(({ id }) => id)).toEqual([unsent.id]);
    expect(await listDrafts(store, OTHER_BROWSER)).toEqual([theirs]);
  });

  it("is superseded no longer when it is accepted again", async () => {
    const store = createMemoryStore();
    const draft = await saveDraft(store, ADA, { iban: IBAN });
    const other = await saveDraft(store, ADA, { iban: OTHER_IBAN });
    await markDraftSent(store, ADA, { ...other, changedAt: CHANGED_AT });
    const superseded = (await readDraft(store, ADA, draft.id)) ?? draft;
    expect(superseded).toHaveProperty("isSuperseded");
    await markDraftSent(store, ADA, { ...superseded, changedAt: CHANGED_AT });
    expect(await readDraft(store, ADA, draft.id)).not.toHaveProperty("isSuperseded");
  });

  it("is not written back when it has expired before another one is accepted", async () => {
    const store = createPausedStore();
    const draft = await saveDraft(store, ADA, { iban: IBAN });
    const other = await saveDraft(store, ADA, { iban: OTHER_IBAN });
    await store.delete(`draft:${other.id}`);
    await markDraftSent(store, ADA, { ...draft, changedAt: CHANGED_AT });
    expect(await readDraft(store, ADA, other.id)).toBeUndefined();
    expect(await listDrafts(store, ADA)).toEqual([]);
    expect(await store.keysOf("draft")).toEqual([`draft:${draft.id}`]);
  });
});
