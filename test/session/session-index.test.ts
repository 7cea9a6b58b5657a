import { describe, expect, it } from "vitest";
import {
  addSessionOf,
  endAuthoritySession,
  linkToAuthoritySession,
  removeSessionOf,
  unlinkFromAuthoritySession,
} from "../../src/session/session-index.js";
import { createMemoryStore } from "../../src/store/memory-store.js";
import { createPausedStore } from "../support/paused-store.js";

const ADA = { oid: "ada", tid: "contoso" };
const HOUR_MS = 60 * 60_000;
const SESSION = { iss: "https://login.example.com/contoso/v2.0", sid: "sid-1" };

describe("the sessions of a person", () => {
  it("are ten at most: the oldest ends", async () => {
    const store = createMemoryStore();
    for (let count = 0; count < 10; count += 1) {
      expect(await addSessionOf(store, ADA, `partition-${count}`)).toEqual([]);
    }
    expect(await addSessionOf(store, ADA, "partition-10")).toEqual(["partition-0"]);
    expect(await addSessionOf(store, { ...ADA, oid: "ben" }, "another")).toEqual([]);
    expect(await addSessionOf(store, { ...ADA, tid: "fabrikam" }, "another")).toEqual([]);
  });

  it("make room when one ends", async () => {
    const store = createMemoryStore();
    for (let count = 0; count < 30; count += 1) {
      expect(await addSessionOf(store, ADA, `partition-${count}`)).toEqual([]);
      if (count > 0) await removeSessionOf(store, ADA, `partition-${count}`);
    }
  });

  it("are counted, however many begin at once", async () => {
    const store = createMemoryStore();
    const begun = Array.from({ length: 25 }, (_, count) => addSessionOf(store, ADA, `p-${count}`));
    expect((await Promise.all(begun)).flat()).toHaveLength(15);
  });
});

describe("the sessions of a session of the authority", () => {
  it("end with it, once", async () => {
    const store = createMemoryStore();
    await linkToAuthoritySession(store, SESSION, "one");
    await linkToAuthoritySession(store, SESSION, "two");
    await linkToAuthoritySession(store, SESSION, "one");
    for (const other of [{ sid: "sid-2" }, { iss: "https://login.example.com/other/v2.0" }]) {
      expect(await endAuthoritySession(store, { ...SESSION, ...other })).toEqual([]);
    }
    expect(await endAuthoritySession(store, SESSION)).toEqual(["two", "one"]);
    expect(await endAuthoritySession(store, SESSION)).toEqual([]);
  });

  it("end at once when they begin after it has ended", async () => {
    const store = createMemoryStore();
    await endAuthoritySession(store, SESSION);
    expect(await linkToAuthoritySession(store, SESSION, "late")).toEqual(["late"]);
  });

  it("are ten at most: the oldest ends", async () => {
    const store = createMemoryStore();
    const ended = [];
    for (let count = 0; count < 12; count += 1) {
      ended.push(...(await linkToAuthoritySession(store, SESSION, `p-${count}`)));
    }
    expect(ended).toEqual(["p-0", "p-1"]);
    expect(await endAuthoritySession(store, SESSION)).toHaveLength(10);
  });

  it("are those that have neither ended nor moved on", async () => {
    const store = createPausedStore();
    await linkToAuthoritySession(store, SESSION, "one");
    await linkToAuthoritySession(store, SESSION, "two");
    await unlinkFromAuthoritySession(store, SESSION, "one");
    expect(await endAuthoritySession(store, SESSION)).toEqual(["two"]);
    await linkToAuthoritySession(store, { ...SESSION, sid: "sid-2" }, "one");
    await unlinkFromAuthoritySession(store, { ...SESSION, sid: "sid-2" }, "one");
    expect(await store.keysOf("sid")).toEqual([]);
  });

  it("begin again two minutes after it has ended", async () => {
    const clock = { now: 0 };
    const store = createMemoryStore({ now: () => clock.now });
    await endAuthoritySession(store, SESSION);
    expect(await linkToAuthoritySession(store, { ...SESSION, sid: "sid-2" }, "other")).toEqual([]);
    clock.now = 2 * 60_000 - 1;
    expect(await linkToAuthoritySession(store, SESSION, "late")).toEqual(["late"]);
    clock.now = 2 * 60_000;
    expect(await linkToAuthoritySession(store, SESSION, "new")).toEqual([]);
  });

  it("are told of one another while they can last", async () => {
    const clock = { now: 0 };
    const store = createMemoryStore({ now: () => clock.now });
    await linkToAuthoritySession(store, SESSION, "one");
    clock.now = 8 * HOUR_MS - 1;
    await linkToAuthoritySession(store, { ...SESSION, sid: "sid-2" }, "two");
    expect(await endAuthoritySession(store, SESSION)).toEqual(["one"]);
    clock.now += 8 * HOUR_MS;
    expect(await endAuthoritySession(store, { ...SESSION, sid: "sid-2" })).toEqual([]);
  });
});

describe("the index of sessions", () => {
  it("reveals neither persons nor sessions to the store, and what strangers end is theirs", async () => {
    const store = createPausedStore();
    await addSessionOf(store, ADA, "partition");
    await linkToAuthoritySession(store, SESSION, "partition");
    await endAuthoritySession(store, { ...SESSION, sid: "sid-2" });
    const keys = [
      ...(await store.keysOf("sessions")),
      ...(await store.keysOf("sid")),
      ...(await store.keysOf("visitor-ended-sid")),
    ];
    expect(keys).toHaveLength(3);
    expect(keys.join()).not.toMatch(/ada|contoso|sid-[12]/);
  });

  it("keeps a person's sessions for eight hours, and nothing when the last has ended", async () => {
    const clock = { now: 0 };
    const store = createPausedStore(() => clock.now);
    await addSessionOf(store, ADA, "one");
    clock.now = 8 * HOUR_MS - 1;
    expect(await store.keysOf("sessions")).toHaveLength(1);
    clock.now = 8 * HOUR_MS;
    expect(await store.keysOf("sessions")).toEqual([]);
    await addSessionOf(store, ADA, "two");
    await removeSessionOf(store, ADA, "two");
    expect(await store.keysOf("sessions")).toEqual([]);
  });
});
