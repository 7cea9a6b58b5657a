import { describe, expect, it } from "vitest";
import {
  admitStepUp,
  wouldLoop,
  markSteppedUp,
  takeSteppedUp,
} from "../../src/session/step-up-guard.js";
import { createMemoryStore } from "../../src/store/memory-store.js";
import { C1, C2 } from "../challenge/claims-samples.js";
import { claimsRequest } from "../support/claims-request.js";
import { createPausedStore } from "../support/paused-store.js";

const MINUTE_MS = 60_000;
const A = { binding: "browser-a", isVisitor: false };
const B = { binding: "browser-b", isVisitor: false };

describe("admitStepUp", () => {
  it("admits five in five minutes, however many come at once", async () => {
    const store = createMemoryStore({ now: () => 0 });
    const tries = Array.from({ length: 12 }, () => admitStepUp(store, A, 0));
    expect((await Promise.all(tries)).filter(Boolean)).toHaveLength(5);
    expect(await admitStepUp(store, B, 0)).toBe(true);
  });

  it("admits another one as soon as the oldest is five minutes old", async () => {
    const clock = { now: 0 };
    const store = createMemoryStore({ now: () => clock.now });
    for (clock.now = 0; clock.now < 5 * MINUTE_MS; clock.now += MINUTE_MS) {
      expect(await admitStepUp(store, A, clock.now)).toBe(true);
    }
    clock.now = 5 * MINUTE_MS - 1;
    expect(await admitStepUp(store, A, clock.now)).toBe(false);
    clock.now = 5 * MINUTE_MS;
    expect(await admitStepUp(store, A, clock.now)).toBe(true);
  });
});

describe("the count of step-ups", () => {
  it("of a visitor is kept among the state of visitors", async () => {
    const store = createPausedStore();
    await admitStepUp(store, { ...A, isVisitor: true }, 0);
    expect(await store.keysOf("visitor-guard")).toHaveLength(1);
    expect(await store.keysOf("guard")).toEqual([]);
    await admitStepUp(store, A, 0);
    expect(await store.keysOf("guard")).toHaveLength(1);
  });

  it("is kept no longer than it matters", async () => {
    const clock = { now: 0 };
    const store = createPausedStore(() => clock.now);
    await admitStepUp(store, A, 0);
    clock.now = 5 * MINUTE_MS;
    expect(await store.keysOf("guard")).toEqual([]);
  });
});

describe("takeSteppedUp", () => {
  const action = { binding: "browser-a", returnTo: "/payslips" };
  const finished = { stepUp: { claims: claimsRequest(C1) }, round: 1 };

  it("returns the step-up once, and for its own action only", async () => {
    const store = createMemoryStore();
    await markSteppedUp(store, { ...action, caller: "page" }, finished);
    const page = { ...action, caller: "page" } as const;
    expect(await takeSteppedUp(store, { ...page, returnTo: "/profile" })).toBeUndefined();
    expect(await takeSteppedUp(store, { ...action, caller: "json-client" })).toBeUndefined();
    expect(await takeSteppedUp(store, page)).toEqual(finished);
    expect(await takeSteppedUp(store, page)).toBeUndefined();
  });

  it("returns nothing to another browser, or after five minutes", async () => {
    const clock = { now: 0 };
    const store = createMemoryStore({ now: () => clock.now });
    const client = { ...action, caller: "json-client" } as const;
    await markSteppedUp(store, client, finished);
    expect(await takeSteppedUp(store, { ...client, binding: "browser-b" })).toBeUndefined();
    clock.now = 5 * MINUTE_MS - 1;
    expect(await takeSteppedUp(store, client)).toEqual(finished);
    await markSteppedUp(store, client, finished);
    clock.now += 5 * MINUTE_MS;
    expect(await takeSteppedUp(store, client)).toBeUndefined();
    expect(await takeSteppedUp(store, { ...action, caller: "page" })).toBeUndefined();
  });

  it("returns a JSON client's step-up to the page, after which the client acts anew", async () => {
    const store = createMemoryStore();
    const client = { ...action, caller: "json-client" } as const;
    await markSteppedUp(store, client, finished);
    expect(await takeSteppedUp(store, { ...action, caller: "page" })).toEqual(finished);
    expect(await takeSteppedUp(store, client)).toBeUndefined();
  });

  it("leaves the mark of the page to a JSON client's page", async () => {
    const store = createMemoryStore();
    const client = { ...action, caller: "json-client" } as const;
    await markSteppedUp(store, client, finished);
    expect(await takeSteppedUp(store, client)).toEqual(finished);
    expect(await takeSteppedUp(store, { ...action, caller: "page" })).toEqual(finished);
  });

  it("returns no claims that were changed in the store", async () => {
    const store = createPausedStore();
    await markSteppedUp(store, { ...action, caller: "page" }, finished);
    const [key = ""] = await store.keysOf("stepped-up");
    const changed = { ...finished, stepUp: { claims: '{"access_token":"all"}' } };
    await store.set(key, JSON.stringify(changed), 1_000);
    expect(await takeSteppedUp(store, { ...action, caller: "page" })).toEqual({
      stepUp: { claims: undefined },
      round: 1,
    });
  });
});

describe("wouldLoop", () => {
  const c1 = { claims: claimsRequest(C1) };
  const c2 = { claims: claimsRequest(C2) };

  it("is none for a first demand, or one that the round before did not carry", () => {
    expect(wouldLoop(c1, undefined)).toBe(false);
    expect(wouldLoop(c1, { stepUp: {}, round: 1 })).toBe(false);
    expect(wouldLoop(c2, { stepUp: c1, round: 1 })).toBe(false);
  });

  it("is one for what the round before has just carried", () => {
    expect(wouldLoop(c1, { stepUp: c1, round: 1 })).toBe(true);
  });

  it("is one after two rounds, whatever is asked for", () => {
    expect(wouldLoop(c2, { stepUp: c1, round: 2 })).toBe(true);
    expect(wouldLoop({}, { stepUp: c1, round: 2 })).toBe(true);
  });
});
