import { expect, it } from "vitest";
import { withLock } from "../../src/store/lock.js";
import { addToList, readList, removeFromList, updateEntry } from "../../src/store/update-entry.js";
import { createPause } from "../support/gate.js";
import type { StoreUnderTest } from "./store-under-test.js";

const MINUTE = 60_000;

/** Describes what is made of a store's operations: atomic changes, lists and locks. */
export function describeChanges(under: StoreUnderTest): void {
  it("loses no change when many change the same entry at once", async () => {
    const addOne = {
      ...{ key: "guard:a", ttlMs: MINUTE },
      change: (current = "0") => ({ value: String(Number(current) + 1), result: undefined }),
    };
    await Promise.all(Array.from({ length: 20 }, () => updateEntry(under.store, addOne)));
    expect(await under.store.get("guard:a")).toBe("20");
  });

  it("keeps the newest names of a list that many add to at once", async () => {
    const list = { key: "flows:a", ttlMs: MINUTE, maxNames: 5 };
    const names = Array.from({ length: 20 }, (_, index) => `name ${index}`);
    const dropped = await Promise.all(names.map((each) => addToList(under.store, list, each)));
    const kept = readList(await under.store.get("flows:a"));
    expect(kept).toHaveLength(5);
    expect([...dropped.flat(), ...kept].sort()).toEqual(names.sort());
  });

  it("deletes a list with its last name", async () => {
    const list = { key: "flows:a", ttlMs: MINUTE, maxNames: 5 };
    for (const name of ["one", "two"]) await addToList(under.store, list, name);
    await removeFromList(under.store, list, "one");
    expect(readList(await under.store.get("flows:a"))).toEqual(["two"]);
    await removeFromList(under.store, list, "two");
    await expect.poll(() => under.store.get("flows:a")).toBeUndefined();
    await removeFromList(under.store, list, "two");
    expect(await under.store.get("flows:a")).toBeUndefined();
  });

  it("lets one at a time work under a lock", async () => {
    let working = 0;
    let most = 0;
    const lock = { name: "a", ttlMs: MINUTE, waitMs: MINUTE, wait: nextTurn };
    const results = await Promise.all(
      Array.from({ length: 10 }, (_, index) =>
        withLock(under.store, lock, async () => {
          working += 1;
          most = Math.max(most, working);
          await nextTurn();
          working -= 1;
          return index;
        }),
      ),
    );
    expect(most).toBe(1);
    expect(results).toEqual(results.map((_, index) => ({ kind: "done", result: index })));
  });

  it("gives up a lock that somebody else holds for too long", async () => {
    const { pause, hold } = createPause();
    const clock = { now: 0 };
    const waits: number[] = [];
    const lock = {
      ...{ name: "a", ttlMs: MINUTE, waitMs: 120, now: () => clock.now },
      wait: (ms: number) => {
        waits.push(ms);
        clock.now += ms;
        return Promise.resolve();
      },
    };
    const holder = withLock(under.store, lock, hold);
    await pause.reached;
    const refused = await withLock(under.store, lock, () => Promise.resolve());
    expect(refused).toEqual({ kind: "busy" });
    expect(waits).toEqual([50, 50, 20]);
    pause.resume();
    expect(await holder).toMatchObject({ kind: "done" });
  });

  it("releases a lock when the work fails, and never somebody else's", async () => {
    const lock = { name: "a", ttlMs: MINUTE, waitMs: 0 };
    const failing = withLock(under.store, lock, () => Promise.reject(new Error("no")));
    await expect(failing).rejects.toThrow("no");
    await expect.poll(() => under.store.get("lock:a")).toBeUndefined();
    await withLock(under.store, lock, async () => {
      await under.passTime(MINUTE);
      await under.store.set("lock:a", "another owner", MINUTE);
    });
    expect(await under.store.get("lock:a")).toBe("another owner");
  });
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
