import { describe, expect, it } from "vitest";
import { savePendingFlow, takePendingFlow } from "../../src/session/authorization-transactions.js";
import type { PendingFlow } from "../../src/session/authorization-transactions.js";
import { createMemoryStore } from "../../src/store/memory-store.js";

const FLOW: PendingFlow = {
  purpose: "sign-in",
  binding: "browser-a",
  nonce: "nonce",
  codeVerifier: "verifier",
  scopes: ["User.Read"],
  redirectUri: "http://localhost:3000/redirect",
  returnTo: "/",
  forAction: false,
  restarts: 0,
  createdAt: 0,
};

describe("takePendingFlow", () => {
  it("gives a flow to one of a thousand parallel replays", async () => {
    const store = createMemoryStore();
    await savePendingFlow(store, "state", FLOW);
    const replays = Array.from({ length: 1_000 }, () =>
      takePendingFlow(store, "state", "browser-a"),
    );
    const taken = (await Promise.all(replays)).filter((flow) => flow !== undefined);
    expect(taken).toEqual([FLOW]);
  });

  it("leaves another browser's flow where it is", async () => {
    const store = createMemoryStore();
    await savePendingFlow(store, "state", FLOW);
    expect(await takePendingFlow(store, "state", "browser-b")).toBeUndefined();
    expect(await takePendingFlow(store, "state", undefined)).toBeUndefined();
    expect(await takePendingFlow(store, "state", "browser-a")).toEqual(FLOW);
  });

  it("gives nothing after ten minutes", async () => {
    const clock = { now: 0 };
    const store = createMemoryStore({ now: () => clock.now });
    await savePendingFlow(store, "state", FLOW);
    clock.now = 10 * 60 * 1_000;
    expect(await takePendingFlow(store, "state", "browser-a")).toBeUndefined();
  });

  it("keeps the five newest flows of a session", async () => {
    const store = createMemoryStore();
    for (let index = 0; index < 7; index += 1) {
      await savePendingFlow(store, `state-${index}`, FLOW);
    }
    const taken = [];
    for (let index = 0; index < 7; index += 1) {
      taken.push((await takePendingFlow(store, `state-${index}`, "browser-a")) !== undefined);
    }
    expect(taken).toEqual([false, false, true, true, true, true, true]);
  });
});
