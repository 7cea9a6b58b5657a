import { describe, expect, it } from "vitest";
import { saveTransaction, takeTransaction } from "../../src/session/authorization-transactions.js";
import type { AuthorizationTransaction } from "../../src/session/authorization-transactions.js";
import { createMemoryStore } from "../../src/store/memory-store.js";

const TRANSACTION: AuthorizationTransaction = {
  purpose: "sign-in",
  binding: "browser-a",
  nonce: "nonce",
  codeVerifier: "verifier",
  scopes: ["User.Read"],
  redirectUri: "http://localhost:3000/redirect",
  returnTo: "/",
  forAction: false,
  round: 1,
  stepUp: {},
};

describe("takeTransaction", () => {
  it("returns a transaction to one of a thousand parallel replays", async () => {
    const store = createMemoryStore();
    await saveTransaction(store, "state", TRANSACTION);
    const replays = Array.from({ length: 1_000 }, () =>
      takeTransaction(store, "state", "browser-a"),
    );
    const taken = (await Promise.all(replays)).filter((each) => each !== undefined);
    expect(taken).toEqual([TRANSACTION]);
  });

  it("leaves another browser's transaction where it is", async () => {
    const store = createMemoryStore();
    await saveTransaction(store, "state", TRANSACTION);
    expect(await takeTransaction(store, "state", "browser-b")).toBeUndefined();
    expect(await takeTransaction(store, "state", undefined)).toBeUndefined();
    expect(await takeTransaction(store, "state", "browser-a")).toEqual(TRANSACTION);
  });

  it("returns nothing after ten minutes", async () => {
    const clock = { now: 0 };
    const store = createMemoryStore({ now: () => clock.now });
    await saveTransaction(store, "state", TRANSACTION);
    clock.now = 10 * 60 * 1_000;
    expect(await takeTransaction(store, "state", "browser-a")).toBeUndefined();
  });

  it("keeps the five newest transactions of a session", async () => {
    const store = createMemoryStore();
    for (let index = 0; index < 7; index += 1) {
      await saveTransaction(store, `state-${index}`, TRANSACTION);
    }
    const taken = [];
    for (let index = 0; index < 7; index += 1) {
      taken.push((await takeTransaction(store, `state-${index}`, "browser-a")) !== undefined);
    }
    expect(taken).toEqual([false, false, true, true, true, true, true]);
  });
});
