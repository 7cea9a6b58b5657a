import { describe, expect, it } from "vitest";
import type { UnrecoverableRefusal } from "../../src/challenge/refusal.js";
import {
  pauseAuthorizations,
  readAuthorizationPause,
} from "../../src/session/authorization-pause.js";
import { createMemoryStore } from "../../src/store/memory-store.js";
import { createPausedStore } from "../support/paused-store.js";
import { createRecordingStore } from "../support/recording-store.js";

const PERSON = { binding: "browser-a", isVisitor: false };
const VISITOR = { binding: "browser-a", isVisitor: true };
const LOOP: UnrecoverableRefusal = {
  handling: "unrecoverable",
  reason: "loop",
  coolDownSeconds: 300,
  support: { aadsts: 50196 },
};
const CANCELLED: UnrecoverableRefusal = {
  handling: "unrecoverable",
  reason: "cancelled",
  support: {},
};

describe("a pause of authorization requests", () => {
  it.each([
    ["somebody who is signed in", PERSON],
    ["a visitor", VISITOR],
  ])("lasts as long as the refusal demands, for %s", async (_name, owner) => {
    const clock = { now: 0 };
    const store = createMemoryStore({ now: () => clock.now });
    await pauseAuthorizations(store, owner, LOOP);
    expect(await readAuthorizationPause(store, "browser-b")).toBeUndefined();
    clock.now = 299_999;
    expect(await readAuthorizationPause(store, owner.binding)).toEqual(LOOP);
    clock.now = 300_000;
    expect(await readAuthorizationPause(store, owner.binding)).toBeUndefined();
  });

  it("is not prolonged by requests in the meantime", async () => {
    const clock = { now: 0 };
    const store = createMemoryStore({ now: () => clock.now });
    await pauseAuthorizations(store, PERSON, LOOP);
    clock.now = 200_000;
    await pauseAuthorizations(store, PERSON, LOOP);
    clock.now = 300_000;
    expect(await readAuthorizationPause(store, PERSON.binding)).toBeUndefined();
  });

  it("does not begin with a refusal that demands none", async () => {
    const operations: string[] = [];
    const store = createRecordingStore(operations);
    await pauseAuthorizations(store, PERSON, CANCELLED);
    expect(operations).toEqual([]);
    expect(await readAuthorizationPause(store, PERSON.binding)).toBeUndefined();
  });

  it("of a visitor is kept among the state of visitors", async () => {
    const store = createPausedStore();
    await pauseAuthorizations(store, VISITOR, LOOP);
    expect(await store.keysOf("visitor-pause")).toHaveLength(1);
    expect(await store.keysOf("pause")).toEqual([]);
    await pauseAuthorizations(store, PERSON, LOOP);
    expect(await store.keysOf("pause")).toHaveLength(1);
  });
});
