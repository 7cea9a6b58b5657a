import { cacheOf } from "../../../src/auth/tokens/token-index.js";
import {
  createPartition,
  joinPartition,
  readPartition,
  updatePartition,
} from "../../../src/auth/tokens/token-partition.js";
import { createMemoryStore } from "../../../src/store/memory-store.js";

/** A parsed cache of MSAL. */
export type Cache = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** What a partition of the tests holds. */
export const BEFORE: Cache = {
  Account: { ada: { name: "Ada" } },
  AccessToken: { graph: { secret: "graph-1" } },
  RefreshToken: { ada: { secret: "refresh-1" } },
};

/** Creates a partition that holds {@link BEFORE}, and what two requests make of it. */
export async function partitionOf(cache: Cache = BEFORE) {
  const clock = { now: 0 };
  const store = createMemoryStore({ now: () => clock.now });
  await createPartition(store, "mine", JSON.stringify(cache));
  return {
    clock,
    store,
    update: (after: Cache, before: Cache = cache) =>
      updatePartition(store, {
        partition: "mine",
        before: JSON.stringify(before),
        after: JSON.stringify(after),
      }),
    join: (joined: Cache) => joinPartition(store, "mine", JSON.stringify(joined)),
    read: async () => {
      const tokens = await readPartition(store, "mine");
      return tokens === undefined ? null : (JSON.parse(cacheOf(tokens) ?? "") as Cache);
    },
  };
}
