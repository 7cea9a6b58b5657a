import { describe, expect, it } from "vitest";
import { createPartition, readPartition } from "../../../src/auth/tokens/token-partition.js";
import { UpstreamError } from "../../../src/errors.js";
import type { KeyValueStore } from "../../../src/store/key-value-store.js";
import { createMemoryStore } from "../../../src/store/memory-store.js";

const CACHE = JSON.stringify({ AccessToken: {} });
const OTHER = JSON.stringify({ AccessToken: {}, RefreshToken: {} });

/** Returns a store whose first replacement is executed and reported as failed, as by a slow Redis. */
function failOnce(store: KeyValueStore): KeyValueStore {
  let hasFailed = false;
  return {
    ...store,
    replace: async (replacement) => {
      const result = await store.replace(replacement);
      if (hasFailed) return result;
      hasFailed = true;
      throw new UpstreamError("ERR_STORE_UNAVAILABLE", "The store is slow.");
    },
  };
}

describe("a partition whose creation was executed and reported as failed", () => {
  it("is deleted, and can be created again", async () => {
    const memory = createMemoryStore();
    const store = failOnce(memory);
    const created = createPartition(store, "p", CACHE);
    await expect(created).rejects.toMatchObject({ code: "ERR_STORE_UNAVAILABLE" });
    expect(await readPartition(memory, "p")).toBeUndefined();
    expect(await createPartition(store, "p", CACHE)).toBe(true);
  });

  it("is not deleted when the tokens are another tab's", async () => {
    const memory = createMemoryStore();
    await createPartition(memory, "p", OTHER);
    const kept = await readPartition(memory, "p");
    const created = createPartition(failOnce(memory), "p", CACHE);
    await expect(created).rejects.toMatchObject({ code: "ERR_STORE_UNAVAILABLE" });
    expect(await readPartition(memory, "p")).toBe(kept);
  });
});
