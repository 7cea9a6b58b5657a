import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { createMemoryStore } from "../../src/store/memory-store.js";
import { openRedisStore } from "../../src/store/redis-store.js";
import { HttpBrowser } from "../../test/support/http-browser.js";
import { type RedisServer, startRedis } from "../../test/support/redis-server.js";
import { SESSION_SECRET } from "../../test/support/session-secret.js";
import type { Benchmark } from "../benchmark.js";
import { alone, type Row } from "../measure/rows.js";
import { build } from "../processes/build.js";
import { closingAll } from "../processes/closing-all.js";
import { startActors } from "../sign-in/actors.js";

/** The pages that somebody opens: an API each, so two access tokens, one of them stepped up. */
const PATHS = ["/profile", "/payslips"];

/** Fewer than the sessions that one person may have. */
const PEOPLE = 5;

/** How often the state of one person is copied into memory, to measure a copy. */
const COPIES = 5_000;

const DAY_MS = 24 * 60 * 60 * 1_000;

/** Measures what the app keeps for somebody who is signed in. It counts, so one round is enough. */
export const state: Benchmark = {
  title: "The state of somebody signed in",
  run: measureState,
};

async function measureState(): Promise<readonly Row[]> {
  await build();
  return closingAll(async (closeLater) => {
    const redis = closeLater(await startRedis());
    const web = await startActors(closeLater, { REDIS_URL: redis.url });
    for (let person = 0; person < PEOPLE; person += 1) {
      const browser = new HttpBrowser(web.url);
      for (const path of PATHS) {
        const { status } = await browser.open(path, { person: "Ada" });
        if (status !== 200) throw new Error(`${path} was answered with ${status}`);
      }
    }
    const keys = (await redis.command("KEYS", "*")) as readonly string[];
    const bytes = await bytesByKind(redis, keys);
    const inRedis = [...bytes].sort(([one], [other]) => (one < other ? -1 : 1));
    return [
      count("keys in Redis", keys.length / PEOPLE, ""),
      count("bytes in Redis", sum(bytes.values()) / PEOPLE, "bytes"),
      ...inRedis.map(([kind, of]) => count(`bytes in Redis: ${kind}`, of / PEOPLE, "bytes")),
      count("bytes in memory", await bytesInMemory(redis, keys), "bytes"),
    ];
  });
}

function count(name: string, figure: number, unit: string): Row {
  return alone({ name, figures: [figure] }, unit);
}

function sum(values: Iterable<number>): number {
  return [...values].reduce((total, value) => total + value, 0);
}

/** Returns the memory that Redis uses for the keys of each kind, with their names and expiry. */
async function bytesByKind(
  redis: RedisServer,
  keys: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  const bytes = new Map<string, number>();
  for (const key of keys) {
    const [, kind = ""] = key.split(":");
    const used = Number(await redis.command("MEMORY", "USAGE", key));
    bytes.set(kind, (bytes.get(kind) ?? 0) + used);
  }
  return bytes;
}

/** Returns the heap that a person's entries use in the memory store. */
async function bytesInMemory(redis: RedisServer, keys: readonly string[]): Promise<number> {
  const sealed = await openRedisStore({ urls: [redis.url], secrets: [SESSION_SECRET] });
  const names = keys.map((key) => key.slice(key.indexOf(":") + 1));
  const values = await Promise.all(names.map((name) => sealed.get(name)));
  await sealed.close();
  const store = createMemoryStore();
  // The tables of each kind have their full size from the beginning.
  for (const name of names) await store.set(name, "", DAY_MS);
  const before = usedHeap();
  for (let copy = 0; copy < COPIES; copy += 1) {
    const at = copy % names.length;
    const [name = "", value = ""] = [names[at], values[at]];
    await store.set(`${name} ${copy}`, Buffer.from(value).toString(), DAY_MS);
  }
  const used = usedHeap() - before;
  await store.ping();
  return (used / COPIES) * (names.length / PEOPLE);
}

function usedHeap(): number {
  setFlagsFromString("--expose-gc");
  (runInNewContext("gc") as () => void)();
  return process.memoryUsage().heapUsed;
}
