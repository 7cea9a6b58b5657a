import { describe, expect, it } from "vitest";
import { createRunOnce } from "../../../src/payroll-api/resources/idempotency.js";

const START = Date.parse("2026-03-01T12:00:00Z");
const HOUR_MS = 3_600_000;

/** Returns a function that writes as somebody with a key, and the writes that were executed. */
function setUp() {
  const clock = { now: START };
  const executed: string[] = [];
  const runOnce = createRunOnce<string>(() => clock.now);
  function write(personId: string, key: string, fingerprint = "value") {
    function execute(): Promise<string> {
      executed.push(`${personId} ${key}`);
      return Promise.resolve("written");
    }
    return runOnce({ personId, key, fingerprint, execute });
  }
  return { clock, executed, write };
}

describe("the memory of idempotency keys", () => {
  it("keeps another person's key while somebody writes 10,001 times", async () => {
    const { executed, write } = setUp();
    await write("ada", "key");
    for (let count = 0; count < 10_001; count += 1) await write("mallory", `key-${count}`);
    await write("ada", "key");
    expect(executed.filter((each) => each.startsWith("ada"))).toHaveLength(1);
  });

  it("keeps a hundred keys of a person", async () => {
    const { executed, write } = setUp();
    for (let count = 0; count < 101; count += 1) await write("ada", `key-${count}`);
    executed.length = 0;
    for (let count = 1; count < 101; count += 1) await write("ada", `key-${count}`);
    expect(executed).toEqual([]);
    await write("ada", "key-0");
    expect(executed).toEqual(["ada key-0"]);
  });

  it("takes the same key of two people for two", async () => {
    const { executed, write } = setUp();
    await write("ada", "key", "one");
    expect(await write("ben", "key", "two")).toEqual({ kind: "done", result: "written" });
    expect(executed).toEqual(["ada key", "ben key"]);
  });

  it("keeps a key for 24 hours, however often the person writes", async () => {
    const { clock, executed, write } = setUp();
    await write("ada", "key");
    for (let hours = 6; hours < 24; hours += 6) {
      clock.now = START + hours * HOUR_MS;
      await write("ada", "key");
    }
    expect(executed).toEqual(["ada key"]);
    clock.now = START + 24 * HOUR_MS + 1;
    await write("ada", "key");
    expect(executed).toEqual(["ada key", "ada key"]);
  });
});
