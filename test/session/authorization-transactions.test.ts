import { describe, expect, it } from "vitest";
import { saveTransaction, takeTransaction } from "../../src/session/authorization-transactions.js";
import type { AuthorizationTransaction } from "../../src/session/authorization-transactions.js";
import { createMemoryStore } from "../../src/store/memory-store.js";

const TRANSACTION: AuthorizationTransaction = {
  purpose: "sign-in",
  binding: "browser-a",
  isVisitor: true,
  nonce: "nonce",
  codeVerifier: "verifier",
  scopes: ["User.Read"],
  redirectUri: "http://localhost:3000/redirect",
  returnTo: "/",
  forAction: false,
  round: 1,
  expiresAt: 10 * 60 * 1_000,
  stepUp: {},
};

describe("takeTransaction", () => {
  it("returns a transaction to one of a thousand parallel replays", async () => {
    const store = createMemoryStore();
    await saveTransaction(store, "state", TRANSACTION);
    const replays = Array.from({ length: 1_000 }, () =>
      takeTransaction(store, "state", { binding: "browser-a", now: 0 }),
    );
    const taken = (await Promise.all(replays)).filter((each) => each !== undefined);
    expect(taken).toEqual([{ kind: "pending", transaction: TRANSACTION }]);
  });

  it("leaves another browser's transaction where it is", async () => {
    const store = createMemoryStore();
    await saveTransaction(store, "state", TRANSACTION);
    expect(await takeTransaction(store, "state", { binding: "browser-b", now: 0 })).toBeUndefined();
    expect(await takeTransaction(store, "state", { binding: undefined, now: 0 })).toBeUndefined();
    expect(await takeTransaction(store, "state", { binding: "browser-a", now: 0 })).toEqual({
      kind: "pending",
      transaction: TRANSACTION,
    });
  });

  it("returns only the way back after ten minutes", async () => {
    const store = createMemoryStore({ now: () => 0 });
    await saveTransaction(store, "state", TRANSACTION);
    const later = { binding: "browser-a", now: 10 * 60 * 1_000 };
    expect(await takeTransaction(store, "state", later)).toEqual({
      kind: "expired",
      returnTo: "/",
    });
    expect(await takeTransaction(store, "state", later)).toBeUndefined();
  });

  it("keeps the five newest transactions of a session", async () => {
    const store = createMemoryStore();
    for (let index = 0; index < 7; index += 1) {
      await saveTransaction(store, `state-${index}`, TRANSACTION);
    }
    const taken = [];
    for (let index = 0; index < 7; index += 1) {
      taken.push(
        (await takeTransaction(store, `state-${index}`, { binding: "browser-a", now: 0 })) !==
          undefined,
      );
    }
    expect(taken).toEqual([false, false, true, true, true, true, true]);
  });
});
