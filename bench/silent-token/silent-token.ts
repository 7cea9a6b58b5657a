import { createMemoryStore } from "../../src/store/memory-store.js";
import { openRedisStore } from "../../src/store/redis-store.js";
import { startAuthority } from "../../test/support/authority.js";
import { startRedis } from "../../test/support/redis-server.js";
import { SESSION_SECRET } from "../../test/support/session-secret.js";
import type { Benchmark, BenchmarkOptions } from "../benchmark.js";
import { medianMicroseconds } from "../measure/repeat.js";
import { takeTurns } from "../measure/rounds.js";
import { alone, compare, type Row } from "../measure/rows.js";
import { closingAll } from "../processes/closing-all.js";
import { createPartitions, createSharedCache } from "./contestants.js";
import { signInOnce } from "./users.js";

const UNIT = "µs";

/** More than any benchmark stores. */
const LIMITS = { maxBytes: 4 * 1024 ** 3 };

/** Measures how the time to get a token at hand depends on how many people are signed in. */
export const silentToken: Benchmark = {
  title: "A token at hand, by the number of people signed in",
  run: measureSilentToken,
};

async function measureSilentToken({ rounds, seconds }: BenchmarkOptions): Promise<readonly Row[]> {
  return closingAll(async (closeLater) => {
    const authority = closeLater(await startAuthority());
    const original = await signInOnce(authority);
    const redis = closeLater(await startRedis());
    const secrets = [SESSION_SECRET];
    const inRedis = closeLater(await openRedisStore({ urls: [redis.url], secrets }));

    /** People of one row are alone in a memory store; in Redis all are together. */
    function partitions(count: number, store = createMemoryStore(LIMITS)) {
      return createPartitions(original, store, count);
    }

    const contestants = {
      "memory, 10 people": await partitions(10),
      "memory, 1,000 people": await partitions(1_000),
      "memory, 50,000 people": await partitions(50_000),
      "Redis, 10 people": await partitions(10, inRedis),
      "Redis, 1,000 people": await partitions(1_000, inRedis),
      "Redis, 50,000 people": await partitions(50_000, inRedis),
      "one shared MSAL cache, 10 people": await createSharedCache(original, 10),
      "one shared MSAL cache, 1,000 people": await createSharedCache(original, 1_000),
    };
    type Name = keyof typeof contestants;
    const entries = Object.entries(contestants) as [Name, () => Promise<void>][];
    const rounded = entries.map(
      ([name, acquireNext]) => [name, () => medianMicroseconds(acquireNext, seconds / 10)] as const,
    );
    const figures = await takeTurns(
      Object.fromEntries(rounded) as Record<Name, () => Promise<number>>,
      rounds,
    );

    function row(name: Name, other?: Name): Row {
      const measured = { name, figures: figures[name] };
      if (other === undefined) return alone(measured, UNIT);
      return compare(measured, { name: other, figures: figures[other] }, UNIT);
    }

    return [
      row("memory, 10 people"),
      row("memory, 1,000 people", "memory, 10 people"),
      row("memory, 50,000 people", "memory, 10 people"),
      row("Redis, 10 people"),
      row("Redis, 1,000 people", "Redis, 10 people"),
      row("Redis, 50,000 people", "Redis, 10 people"),
      row("one shared MSAL cache, 10 people", "memory, 10 people"),
      row("one shared MSAL cache, 1,000 people", "memory, 1,000 people"),
    ];
  });
}
