import { describe, expect, it } from "vitest";
import {
  saveTransaction,
  takeTransaction,
  transactionExpiry,
  transactionStart,
} from "../../src/session/authorization-transactions.js";
import type { AuthorizationTransaction } from "../../src/session/authorization-transactions.js";
import { createMemoryStore } from "../../src/store/memory-store.js";
import { C1 } from "../challenge/claims-samples.js";
import { claimsRequest } from "../support/claims-request.js";
import { createPausedStore } from "../support/paused-store.js";

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

const BROWSER_A = { binding: "browser-a", now: 0 };

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
    for (const state of ["state", "unknown"]) {
      expect(await takeTransaction(store, state, { binding: undefined, now: 0 })).toBeUndefined();
    }
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

  it("returns a transaction that somebody began before they signed in or out", async () => {
    for (const isVisitor of [true, false]) {
      const store = createMemoryStore();
      const transaction = { ...TRANSACTION, isVisitor };
      await saveTransaction(store, "state", transaction);
      expect(await takeTransaction(store, "state", BROWSER_A)).toEqual({
        kind: "pending",
        transaction,
      });
    }
  });

  it("returns nothing when the way back is an hour old", async () => {
    const clock = { now: 0 };
    const store = createMemoryStore({ now: () => clock.now });
    await saveTransaction(store, "one", TRANSACTION);
    await saveTransaction(store, "two", TRANSACTION);
    clock.now = 60 * 60_000 - 1;
    expect(await takeTransaction(store, "one", { ...BROWSER_A, now: clock.now })).toBeDefined();
    clock.now = 60 * 60_000;
    expect(await takeTransaction(store, "two", { ...BROWSER_A, now: clock.now })).toBeUndefined();
  });

  it("leaves nothing of a transaction, and makes room", async () => {
    const store = createPausedStore();
    await saveTransaction(store, "state", TRANSACTION);
    for (let count = 0; count < 10; count += 1) {
      await saveTransaction(store, `state-${count}`, TRANSACTION);
      await takeTransaction(store, `state-${count}`, BROWSER_A);
    }
    expect(await takeTransaction(store, "state", BROWSER_A)).toBeDefined();
    expect(await store.keysOf("visitor-flow")).toEqual([]);
    expect(await store.keysOf("visitor-flows")).toEqual([]);
  });

  it("does not restore claims that were changed in the store", async () => {
    const store = createPausedStore();
    const transaction = { ...TRANSACTION, stepUp: { claims: claimsRequest(C1) } };
    await saveTransaction(store, "state", transaction);
    const [key = ""] = await store.keysOf("visitor-flow");
    const changed = { ...transaction, stepUp: { claims: '{"access_token":"all"}' } };
    await store.set(key, JSON.stringify(changed), 1_000);
    expect(await takeTransaction(store, "state", BROWSER_A)).toMatchObject({
      kind: "pending",
      transaction: { stepUp: { claims: undefined } },
    });
  });
});

describe("saveTransaction", () => {
  it("keeps a visitor's transactions among the state of visitors, apart from a person's", async () => {
    const store = createPausedStore();
    await saveTransaction(store, "person", { ...TRANSACTION, isVisitor: false });
    for (let count = 0; count < 6; count += 1) {
      await saveTransaction(store, `visitor-${count}`, TRANSACTION);
    }
    expect(await store.keysOf("visitor-flow")).toHaveLength(5);
    expect(await store.keysOf("flow")).toHaveLength(1);
    expect(await takeTransaction(store, "person", BROWSER_A)).toMatchObject({ kind: "pending" });
  });

  it("does not reveal the state to the store", async () => {
    const store = createPausedStore();
    await saveTransaction(store, "the-state", TRANSACTION);
    const keys = [
      ...(await store.keysOf("visitor-flow")),
      ...(await store.keysOf("visitor-flows")),
    ];
    expect(keys).toHaveLength(2);
    const values = await Promise.all(keys.map((key) => store.get(key)));
    expect([...keys, ...values].join()).not.toContain("the-state");
  });
});

describe("a transaction that begins now", () => {
  it("expires ten minutes later", () => {
    expect(transactionExpiry(1_000)).toBe(1_000 + 10 * 60_000);
    const transaction = { ...TRANSACTION, expiresAt: transactionExpiry(1_000) };
    expect(transactionStart(transaction)).toBe(1_000);
  });
});
