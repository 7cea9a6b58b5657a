import { describe, expect, it } from "vitest";
import { BoundedMap } from "../../src/sandbox/bounded-map.js";

describe("BoundedMap", () => {
  it("drops the oldest beyond its size", () => {
    const map = new BoundedMap<number>({ maxEntries: 2, maxAgeMs: 10, now: () => 0 });
    for (const [key, value] of Object.entries({ a: 1, b: 2, c: 3 })) map.set(key, value);
    expect([map.get("a"), map.get("b"), map.get("c")]).toEqual([undefined, 2, 3]);
  });

  it("keeps a key that was set again longest", () => {
    const map = new BoundedMap<number>({ maxEntries: 2, maxAgeMs: 10, now: () => 0 });
    for (const key of ["a", "b", "a", "c"]) map.set(key, 1);
    expect([map.get("a"), map.get("b")]).toEqual([1, undefined]);
  });

  it("forgets an entry at its age", () => {
    let now = 0;
    const map = new BoundedMap<number>({ maxEntries: 2, maxAgeMs: 10, now: () => now });
    map.set("a", 1);
    now = 9;
    expect(map.get("a")).toBe(1);
    now = 10;
    expect([map.get("a"), map.values()]).toEqual([undefined, []]);
  });
});
