import { beforeEach, describe, expect, it } from "vitest";
import type { KeyValueStore } from "../../src/store/key-value-store.js";
import { createMemoryStore } from "../../src/store/memory-store.js";
import { describeKeyValueStore } from "./key-value-store.contract.js";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

describeKeyValueStore("createMemoryStore", () => {
  const clock = { now: 0 };
  const store = createMemoryStore({ now: () => clock.now });
  return Promise.resolve({
    store,
    close: () => store.close(),
    passTime: (ms: number) => {
      clock.now += ms;
      return Promise.resolve();
    },
  });
});

describe("a memory store that is full", () => {
  const clock = { now: 0 };
  const dropped: string[] = [];
  const kilobyte = "x".repeat(1_024);

  beforeEach(() => {
    clock.now = 0;
    dropped.length = 0;
  });

  /** Room for some thirty entries of a kilobyte, and ten of visitors. */
  function createSmall() {
    return createMemoryStore({
      ...{ now: () => clock.now, maxBytes: 52 * 1_024 },
      onFull: (kind) => dropped.push(kind),
    });
  }

  async function fill(store: KeyValueStore, kind: string, count: number) {
    for (let index = 0; index < count; index += 1) {
      await store.set(`${kind}:${index}`, kilobyte, kind === "draft" ? 15 * MINUTE : HOUR);
    }
  }

  async function countIn(store: KeyValueStore, kind: string, count: number): Promise<number> {
    const keys = Array.from({ length: count }, (_, index) => `${kind}:${index}`);
    const values = await Promise.all(keys.map((key) => store.get(key)));
    return values.filter((value) => value !== undefined).length;
  }

  it("drops the least recently used entry", async () => {
    const store = createSmall();
    await fill(store, "session", 30);
    expect(await store.get("session:0")).toBe(kilobyte);
    await fill(store, "tokens", 5);
    expect(await store.get("session:0")).toBe(kilobyte);
    expect(await store.get("session:1")).toBeUndefined();
    expect(await countIn(store, "tokens", 5)).toBe(5);
  });

  it("keeps within its limit, whatever the entries are", async () => {
    const store = createSmall();
    for (const kind of ["session", "tokens", "draft", "visitor", "visitor-flow"]) {
      await fill(store, kind, 100);
    }
    const counts = await Promise.all(
      ["session", "tokens", "draft"].map((kind) => countIn(store, kind, 100)),
    );
    expect(counts).toEqual([0, 0, 31]);
    expect(await countIn(store, "visitor", 100)).toBe(0);
    expect(await countIn(store, "visitor-flow", 100)).toBe(10);
  });

  it("counts two bytes for a character when one of a text is not in Latin-1", async () => {
    const store = createSmall();
    for (let index = 0; index < 100; index += 1) {
      await store.set(`draft:${index}`, `${kilobyte}\u6771`, HOUR);
    }
    expect(await countIn(store, "draft", 100)).toBe(17);
  });

  it("drops nothing of people for visitors, however many come", async () => {
    const store = createSmall();
    await fill(store, "session", 15);
    await fill(store, "flow", 15);
    for (const kind of ["visitor", "visitor-flow", "visitor-flows", "visitor-requests"]) {
      await fill(store, kind, 1_000);
    }
    expect(await countIn(store, "session", 15)).toBe(15);
    expect(await countIn(store, "flow", 15)).toBe(15);
  });

  it("says so once for each kind in ten minutes", async () => {
    const store = createSmall();
    await fill(store, "session", 30);
    expect(dropped).toEqual([]);
    await fill(store, "visitor", 100);
    await fill(store, "session", 100);
    expect(dropped).toEqual(["visitor", "session"]);
    clock.now += 10 * MINUTE;
    await fill(store, "session", 200);
    expect(dropped).toEqual(["visitor", "session", "session"]);
  });

  it("drops what has expired first, and says nothing of it", async () => {
    const store = createSmall();
    await fill(store, "session", 10);
    await fill(store, "draft", 20);
    clock.now += 20 * MINUTE;
    await fill(store, "tokens", 20);
    expect(await countIn(store, "session", 10)).toBe(10);
    expect(dropped).toEqual([]);
  });
});
