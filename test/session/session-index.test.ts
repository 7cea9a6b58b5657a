import { describe, expect, it } from "vitest";
import {
  addSessionOf,
  endAuthoritySession,
  linkToAuthoritySession,
  removeSessionOf,
} from "../../src/session/session-index.js";
import { createMemoryStore } from "../../src/store/memory-store.js";

const ADA = { oid: "ada", tid: "contoso" };
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
});
