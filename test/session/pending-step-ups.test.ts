import { describe, expect, it } from "vitest";
import {
  deletePendingStepUp,
  readPendingStepUp,
  savePendingStepUp,
} from "../../src/session/pending-step-ups.js";
import { createMemoryStore } from "../../src/store/memory-store.js";
import { C1, C2 } from "../challenge/claims-samples.js";
import { claimsRequest } from "../support/claims-request.js";
import { createPausedStore } from "../support/paused-store.js";

const ACTION = { binding: "browser-a", returnTo: "/payslips" };
const PENDING = { scopes: ["Payroll.Read"], stepUp: { claims: claimsRequest(C1) }, round: 1 };

describe("a pending step-up", () => {
  it("is there until it has begun, for its own action in its own browser", async () => {
    const store = createMemoryStore();
    await savePendingStepUp(store, ACTION, PENDING);
    const others = [
      { ...ACTION, returnTo: "/profile" },
      { ...ACTION, binding: "browser-b" },
    ];
    for (const other of others) {
      expect(await readPendingStepUp(store, other)).toBeUndefined();
      await deletePendingStepUp(store, other);
    }
    expect(await readPendingStepUp(store, ACTION)).toEqual(PENDING);
    await deletePendingStepUp(store, ACTION);
    expect(await readPendingStepUp(store, ACTION)).toBeUndefined();
  });

  it("is the one that the client was told of last", async () => {
    const store = createMemoryStore();
    const newer = { ...PENDING, stepUp: { claims: claimsRequest(C2) }, round: 2 };
    await savePendingStepUp(store, ACTION, PENDING);
    await savePendingStepUp(store, ACTION, newer);
    expect(await readPendingStepUp(store, ACTION)).toEqual(newer);
  });

  it("is kept for ten minutes", async () => {
    const clock = { now: 0 };
    const store = createMemoryStore({ now: () => clock.now });
    await savePendingStepUp(store, ACTION, PENDING);
    clock.now = 10 * 60_000 - 1;
    expect(await readPendingStepUp(store, ACTION)).toEqual(PENDING);
    clock.now = 10 * 60_000;
    expect(await readPendingStepUp(store, ACTION)).toBeUndefined();
  });

  it("gives way when its session has twenty newer ones", async () => {
    const store = createMemoryStore();
    const actions = Array.from({ length: 21 }, (_, at) => ({ ...ACTION, returnTo: `/${at}` }));
    await savePendingStepUp(store, { binding: "browser-b", returnTo: "/" }, PENDING);
    for (const each of actions) await savePendingStepUp(store, each, PENDING);
    const kept = await Promise.all(actions.map((each) => readPendingStepUp(store, each)));
    expect(kept.map((each) => each !== undefined)).toEqual([
      false,
      ...Array.from({ length: 20 }, () => true),
    ]);
    const other = { binding: "browser-b", returnTo: "/" };
    expect(await readPendingStepUp(store, other)).toEqual(PENDING);
  });

  it("makes room when it is deleted, and leaves nothing", async () => {
    const store = createPausedStore();
    await savePendingStepUp(store, ACTION, PENDING);
    for (let count = 0; count < 30; count += 1) {
      const other = { ...ACTION, returnTo: `/${count}` };
      await savePendingStepUp(store, other, PENDING);
      await deletePendingStepUp(store, other);
    }
    expect(await readPendingStepUp(store, ACTION)).toEqual(PENDING);
    await deletePendingStepUp(store, ACTION);
    expect(await store.keysOf("pending-step-ups")).toEqual([]);
    expect(await store.keysOf("pending-step-up")).toEqual([]);
  });

  it("has no claims when those in the store were changed", async () => {
    const store = createPausedStore();
    await savePendingStepUp(store, ACTION, PENDING);
    const [key = ""] = await store.keysOf("pending-step-up");
    expect(key).not.toContain("browser-a");
    const changed = { ...PENDING, stepUp: { claims: '{"access_token":"all"}' } };
    await store.set(key, JSON.stringify(changed), 1_000);
    expect(await readPendingStepUp(store, ACTION)).toEqual({
      ...PENDING,
      stepUp: { claims: undefined },
    });
  });
});
