import { describe, expect, it } from "vitest";
import { createMemoryStore } from "../../src/store/memory-store.js";
import { updateEntry } from "../../src/store/update-entry.js";

function storeAt(start: number, limits: { maxEntriesPerKind?: number } = {}) {
  const clock = { now: start };
  return { clock, store: createMemoryStore({ now: () => clock.now, ...limits }) };
}

describe("createMemoryStore", () => {
  it("gives a value until it expires", async () => {
    const { clock, store } = storeAt(0);
    await store.set("draft:a", "1", 1_000);
    clock.now = 999;
    expect(await store.get("draft:a")).toBe("1");
    clock.now = 1_000;
    expect(await store.get("draft:a")).toBeUndefined();
  });

  it("lets one of a thousand parallel callers take a value", async () => {
    const { store } = storeAt(0);
    await store.set("flow:a", "1", 1_000);
    const taken = await Promise.all(Array.from({ length: 1_000 }, () => store.take("flow:a")));
    expect(taken.filter((value) => value === "1")).toHaveLength(1);
  });

  it("replaces only the value that the caller has seen", async () => {
    const { store } = storeAt(0);
    const entry = { key: "tokens:a", value: "2", ttlMs: 1_000 };
    await store.set("tokens:a", "1", 1_000);
    expect(await store.replace({ ...entry, expected: "0" })).toBe(false);
    expect(await store.replace({ ...entry, expected: "1" })).toBe(true);
    expect(await store.get("tokens:a")).toBe("2");
  });

  it("does not bring back what somebody removed", async () => {
    const { store } = storeAt(0);
    await store.set("tokens:a", "1", 1_000);
    await store.delete("tokens:a");
    expect(await store.replace({ key: "tokens:a", expected: "1", value: "2", ttlMs: 1_000 })).toBe(
      false,
    );
    expect(await store.get("tokens:a")).toBeUndefined();
  });

  it("drops the least recently used entry when a kind is full, and no other kind's", async () => {
    const { store } = storeAt(0, { maxEntriesPerKind: 2 });
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

describe("updateEntry", () => {
  it("loses no change when many change the same entry at once", async () => {
    const { store } = storeAt(0);
    const addOne = {
      key: "guard:a",
      ttlMs: 1_000,
      change: (current: string | undefined) => {
        return { value: String(Number(current ?? "0") + 1), result: undefined };
      },
    };
    await Promise.all(Array.from({ length: 20 }, () => updateEntry(store, addOne)));
    expect(await store.get("guard:a")).toBe("20");
  });
});
