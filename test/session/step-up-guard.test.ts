import { describe, expect, it } from "vitest";
import { admitStepUp, markSteppedUp, takeSteppedUp } from "../../src/session/step-up-guard.js";
import { createMemoryStore } from "../../src/store/memory-store.js";

const MINUTE_MS = 60_000;

describe("admitStepUp", () => {
  it("admits five in five minutes, however many come at once", async () => {
    const store = createMemoryStore({ now: () => 0 });
    const tries = Array.from({ length: 12 }, () => admitStepUp(store, "browser-a", 0));
    expect((await Promise.all(tries)).filter(Boolean)).toHaveLength(5);
    expect(await admitStepUp(store, "browser-b", 0)).toBe(true);
  });

  it("admits another one as soon as the oldest is five minutes old", async () => {
    const clock = { now: 0 };
    const store = createMemoryStore({ now: () => clock.now });
    for (clock.now = 0; clock.now < 5 * MINUTE_MS; clock.now += MINUTE_MS) {
      expect(await admitStepUp(store, "browser-a", clock.now)).toBe(true);
    }
    clock.now = 5 * MINUTE_MS - 1;
    expect(await admitStepUp(store, "browser-a", clock.now)).toBe(false);
    clock.now = 5 * MINUTE_MS;
    expect(await admitStepUp(store, "browser-a", clock.now)).toBe(true);
  });
});

describe("takeSteppedUp", () => {
  it("tells once that an action comes from its step-up, and of that action only", async () => {
    const store = createMemoryStore();
    const action = { binding: "browser-a", returnTo: "/payslips" };
    await markSteppedUp(store, action, "page");
    expect(await takeSteppedUp(store, { ...action, returnTo: "/profile" }, "page")).toBe(false);
    expect(await takeSteppedUp(store, action, "json-client")).toBe(false);
    expect(await takeSteppedUp(store, action, "page")).toBe(true);
    expect(await takeSteppedUp(store, action, "page")).toBe(false);
  });
});
