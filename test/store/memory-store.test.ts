import { describe, expect, it } from "vitest";
import { createMemoryStore } from "../../src/store/memory-store.js";
import { describeKeyValueStore } from "./key-value-store.contract.js";

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
  it("drops the least recently used entry of the same kind, and no other kind's", async () => {
    const store = createMemoryStore({ maxEntriesPerKind: 2 });
    await store.set("session:a", "a", 1_000);
    await store.set("flow:a", "a", 1_000);
    await store.set("flow:b", "b", 1_000);
    await store.get("flow:a");
    await store.set("flow:c", "c", 1_000);
    expect(await store.get("flow:b")).toBeUndefined();
    expect(await store.get("flow:a")).toBe("a");
    expect(await store.get("session:a")).toBe("a");
  });
});
