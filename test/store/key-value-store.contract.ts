import { describe, expect, it } from "vitest";
import { withLock } from "../../src/store/lock.js";
import { setUpForEach } from "../support/set-up.js";
import { describeChanges } from "./changes.contract.js";
import type { StoreUnderTest } from "./store-under-test.js";

const MINUTE = 60_000;

const VALUES: readonly (readonly [string, string])[] = [
  ["an empty one", ""],
  ["JSON with quotes and line ends", '{"a":"b\\"\r\n"}\r\n'],
  ["letters of many scripts", "Ærøskøbing 東京 Ελλάδα 👩‍🚀 e\u0301"],
  [
    "every code unit below 256",
    String.fromCharCode(...Array.from({ length: 256 }, (_, code) => code)),
  ],
  ["200 KB", "x".repeat(100 * 1024) + "é".repeat(50 * 1024)],
];

const KEYS = [
  "sid:" + "A9_-".repeat(11),
  "drafts:a b:c\r\nd",
  "flow:{curly}:*?[x]",
  "guard:東京 👩‍🚀",
  'tokens:"quoted" \\ \0 end',
  "session:" + "long".repeat(500),
];

/** Describes what every store does. */
export function describeKeyValueStore(name: string, start: () => Promise<StoreUnderTest>): void {
  describe(name, () => {
    const under = setUpForEach(start);

    it("returns a value until it expires", async () => {
      await under.store.set("draft:a", "1", MINUTE);
      expect(await under.store.get("draft:a")).toBe("1");
      await under.passTime(MINUTE / 2);
      expect(await under.store.get("draft:a")).toBe("1");
      await under.passTime(MINUTE / 2);
      expect(await under.store.get("draft:a")).toBeUndefined();
    });

    it("returns undefined for a key that was never set, from every operation", async () => {
      expect(await under.store.get("draft:a")).toBeUndefined();
      expect(await under.store.getAndExtend("draft:a", MINUTE)).toBeUndefined();
      expect(await under.store.take("draft:a")).toBeUndefined();
      await under.store.delete("draft:a");
    });

    it("replaces the value and its lifetime when it is set again", async () => {
      await under.store.set("draft:a", "1", 10 * MINUTE);
      await under.store.set("draft:a", "2", MINUTE);
      expect(await under.store.get("draft:a")).toBe("2");
      await under.passTime(MINUTE);
      expect(await under.store.get("draft:a")).toBeUndefined();
    });

    it("expires at once what is set for no time", async () => {
      await under.store.set("draft:a", "1", 0);
      await expect.poll(() => under.store.get("draft:a")).toBeUndefined();
    });

    it("extends the life of a value that it returns, and creates none", async () => {
      await under.store.set("session:a", "1", MINUTE);
      await under.passTime(MINUTE / 2);
      expect(await under.store.getAndExtend("session:a", MINUTE)).toBe("1");
      await under.passTime((MINUTE * 3) / 4);
      expect(await under.store.get("session:a")).toBe("1");
      await under.passTime(MINUTE / 4);
      expect(await under.store.getAndExtend("session:a", MINUTE)).toBeUndefined();
      expect(await under.store.get("session:a")).toBeUndefined();
    });

    it("lets one of a thousand parallel callers take a value", async () => {
      await under.store.set("flow:a", "1", MINUTE);
      const taken = await Promise.all(
        Array.from({ length: 1_000 }, () => under.store.take("flow:a")),
      );
      expect(taken.filter((value) => value !== undefined)).toEqual(["1"]);
      expect(await under.store.get("flow:a")).toBeUndefined();
    });

    it("deletes a value", async () => {
      await under.store.set("tokens:a", "1", MINUTE);
      await under.store.delete("tokens:a");
      expect(await under.store.get("tokens:a")).toBeUndefined();
    });

    it("replaces only the value that the caller has seen, with a new lifetime", async () => {
      const entry = { key: "tokens:a", value: "2", ttlMs: 10 * MINUTE };
      await under.store.set("tokens:a", "1", MINUTE);
      expect(await under.store.replace({ ...entry, expected: "0" })).toBe(false);
      expect(await under.store.replace({ ...entry, expected: undefined })).toBe(false);
      expect(await under.store.get("tokens:a")).toBe("1");
      expect(await under.store.replace({ ...entry, expected: "1" })).toBe(true);
      await under.passTime(5 * MINUTE);
      expect(await under.store.get("tokens:a")).toBe("2");
      await under.passTime(5 * MINUTE);
      expect(await under.store.get("tokens:a")).toBeUndefined();
    });

    it("creates a value when the caller has seen none", async () => {
      const entry = { key: "tokens:a", value: "1", ttlMs: MINUTE };
      expect(await under.store.replace({ ...entry, expected: undefined })).toBe(true);
      expect(await under.store.get("tokens:a")).toBe("1");
      await under.passTime(MINUTE);
      expect(await under.store.replace({ ...entry, expected: undefined })).toBe(true);
    });

    it("does not restore by a replacement what was deleted or has expired", async () => {
      const replacement = { key: "tokens:a", expected: "1", value: "2", ttlMs: MINUTE };
      await under.store.set("tokens:a", "1", MINUTE);
      await under.store.delete("tokens:a");
      expect(await under.store.replace(replacement)).toBe(false);
      await under.store.set("tokens:a", "1", MINUTE);
      await under.passTime(MINUTE);
      expect(await under.store.replace(replacement)).toBe(false);
      expect(await under.store.get("tokens:a")).toBeUndefined();
    });

    it.each([["1"], [undefined]])(
      "lets one of a hundred parallel callers replace %j",
      async (expected) => {
        if (expected !== undefined) await under.store.set("guard:a", expected, MINUTE);
        const replaced = await Promise.all(
          Array.from({ length: 100 }, (_, index) =>
            under.store.replace({
              ...{ key: "guard:a", ttlMs: MINUTE },
              ...{ expected, value: `by ${index}` },
            }),
          ),
        );
        expect(replaced.filter(Boolean)).toHaveLength(1);
        expect(await under.store.get("guard:a")).toBe(`by ${replaced.indexOf(true)}`);
      },
    );

    it.each(VALUES)("keeps values unchanged: %s", async (_kind, value) => {
      await under.store.set("draft:a", value, MINUTE);
      expect(await under.store.get("draft:a")).toBe(value);
      const next = { key: "draft:a", value: `${value}!`, ttlMs: MINUTE };
      expect(await under.store.replace({ ...next, expected: value })).toBe(true);
      expect(await under.store.take("draft:a")).toBe(`${value}!`);
    });

    it("keeps apart keys with any characters", async () => {
      await Promise.all(KEYS.map((key) => under.store.set(key, `value of ${key}`, MINUTE)));
      for (const key of KEYS) expect(await under.store.get(key)).toBe(`value of ${key}`);
      for (const key of KEYS) {
        const replacement = { key, expected: `value of ${key}`, value: key, ttlMs: MINUTE };
        expect(await under.store.replace(replacement)).toBe(true);
        expect(await under.store.take(key)).toBe(key);
      }
    });

    it("counts each of a hundred parallel additions once", async () => {
      const sums = await Promise.all(
        Array.from({ length: 100 }, () => under.store.increment("visitor-requests:a", MINUTE)),
      );
      expect(sums.sort((a, b) => a - b)).toEqual(sums.map((_, index) => index + 1));
      expect(await under.store.increment("visitor-requests:b", MINUTE)).toBe(1);
    });

    it("lets a counter expire after its first addition, whatever is added later", async () => {
      expect(await under.store.increment("visitor-requests:a", MINUTE)).toBe(1);
      await under.passTime(MINUTE / 2);
      expect(await under.store.increment("visitor-requests:a", MINUTE)).toBe(2);
      await under.passTime(MINUTE / 2);
      expect(await under.store.increment("visitor-requests:a", MINUTE)).toBe(1);
    });

    it("leaves nothing behind when everything has been taken, deleted or has expired", async () => {
      const { store } = under;
      for (const key of KEYS) await store.set(key, "1", MINUTE);
      await store.take(KEYS[0] ?? "");
      await store.delete(KEYS[1] ?? "");
      await store.replace({ key: KEYS[2] ?? "", expected: "1", value: "2", ttlMs: MINUTE });
      await store.replace({ key: "flow:new", expected: undefined, value: "1", ttlMs: MINUTE });
      await store.getAndExtend(KEYS[3] ?? "", 2 * MINUTE);
      await store.increment("visitor-requests:a", MINUTE);
      await withLock(store, { name: "a", ttlMs: MINUTE, waitMs: 0 }, () => Promise.resolve());
      await under.passTime(2 * MINUTE);
      for (const key of KEYS) expect(await store.get(key)).toBeUndefined();
      await expect.poll(() => under.countEntries?.() ?? 0).toBe(0);
    });

    describeChanges(under);

    it("responds to a ping", async () => {
      await under.store.ping();
    });
  });
}
