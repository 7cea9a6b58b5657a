import { describe, expect, it } from "vitest";
import { BoundedMap } from "../../src/payroll-api/bounded-map.js";

describe("BoundedMap", () => {
  it("forgets an entry when its time is up", () => {
    let now = 0;
    const map = new BoundedMap<number>({ maxEntries: 10, maxAgeMs: 1000, now: () => now });
    map.set("a", 1);
    now = 999;
    expect(map.get("a")).toBe(1);
    now = 1000;
    expect(map.get("a")).toBeUndefined();
  });

  it("drops the oldest when it is full, and tells of it", () => {
    const evicted: number[] = [];
    const map = new BoundedMap<number>({
      maxEntries: 2,
      maxAgeMs: 1,
      now: () => 0,
      onEvict: (value) => evicted.push(value),
    });
    map.set("a", 1);
    map.set("b", 2);
    map.set("a", 3);
    map.set("c", 4);
    expect(evicted).toEqual([2]);
    expect([map.get("a"), map.get("b"), map.get("c")]).toEqual([3, undefined, 4]);
  });

  it("does not tell of entries whose time was up", () => {
    let now = 0;
    const evicted: number[] = [];
    const map = new BoundedMap<number>({
      maxEntries: 1,
      maxAgeMs: 10,
      now: () => now,
      onEvict: (value) => evicted.push(value),
    });
    map.set("a", 1);
    now = 10;
    map.set("b", 2);
    expect(evicted).toEqual([]);
  });
});
