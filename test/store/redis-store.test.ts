import { describe, expect, it } from "vitest";
import type { KeyValueStore } from "../../src/store/key-value-store.js";
import { openRedisStore } from "../../src/store/redis-store.js";
import { startCountingProxy } from "../support/counting-proxy.js";
import { startRedisCluster } from "../support/redis-cluster.js";
import { type RedisServer, startRedis } from "../support/redis-server.js";
import { SESSION_SECRET } from "../support/session-secret.js";
import { setUpForAll, setUpForEach } from "../support/set-up.js";
import { describeKeyValueStore } from "./key-value-store.contract.js";
import { countEntries, keysOf, passTime } from "./redis-entries.js";
import type { StoreUnderTest } from "./store-under-test.js";

const SECRETS = [SESSION_SECRET];
const MINUTE = 60_000;

async function openEmptied(
  servers: readonly RedisServer[],
  urls: readonly string[],
): Promise<StoreUnderTest> {
  await Promise.all(servers.map(({ command }) => command("FLUSHALL")));
  const store = await openRedisStore({ urls, secrets: SECRETS });
  return {
    store,
    close: () => store.close(),
    passTime: (ms) => passTime(servers, ms),
    countEntries: () => countEntries(servers),
  };
}

/** Returns the operations that return a value. */
function readersOf(store: KeyValueStore): ((key: string) => Promise<string | undefined>)[] {
  return [
    (key) => store.get(key),
    (key) => store.getAndExtend(key, MINUTE),
    (key) => store.take(key),
  ];
}

describe("openRedisStore", () => {
  const redis = setUpForAll(startRedis);
  describeKeyValueStore("with one server", () => openEmptied([redis], [redis.url]));

  const cluster = setUpForAll(startRedisCluster);
  describeKeyValueStore("with a cluster", () => openEmptied(cluster.nodes, cluster.url.split(",")));

  it("spreads keys over the nodes of a cluster", async () => {
    const { store, close } = await openEmptied(cluster.nodes, cluster.url.split(","));
    const keys = Array.from({ length: 100 }, (_, index) => `flow:${index}`);
    await Promise.all(keys.map((key) => store.set(key, key, MINUTE)));
    const sizes = await Promise.all(cluster.nodes.map((node) => countEntries([node])));
    expect(Math.min(...sizes)).toBeGreaterThan(0);
    expect(sizes.reduce((sum, size) => sum + size)).toBe(100);
    await close();
  });
});

describe("what is in Redis", () => {
  const redis = setUpForAll(startRedis);
  const under = setUpForEach(() => openEmptied([redis], [redis.url]));

  it("is the key with a prefix, and a value that shows nothing of the text", async () => {
    await under.store.set("tokens:a", "the secret text", MINUTE);
    await under.store.set("tokens:b", "the secret text", MINUTE);
    expect((await keysOf(redis)).sort()).toEqual(["claims:tokens:a", "claims:tokens:b"]);
    const [a, b] = await Promise.all(
      ["a", "b"].map(async (name) => String(await redis.command("GET", `claims:tokens:${name}`))),
    );
    expect(a).not.toContain("secret");
    expect(a?.slice(0, 16)).not.toBe(b?.slice(0, 16));
  });

  it("has an expiry after every operation that writes", async () => {
    const { store } = under;
    await store.set("draft:set", "1", MINUTE);
    await store.replace({ key: "draft:new", expected: undefined, value: "1", ttlMs: MINUTE });
    await store.set("draft:old", "1", 2 * MINUTE);
    await store.replace({ key: "draft:old", expected: "1", value: "2", ttlMs: MINUTE });
    await store.set("draft:read", "1", 2 * MINUTE);
    await store.getAndExtend("draft:read", MINUTE);
    await store.increment("visitor-requests:a", MINUTE);
    for (const key of await keysOf(redis)) {
      const left = Number(await redis.command("PTTL", key));
      expect(left).toBeGreaterThan(0);
      expect(left).toBeLessThanOrEqual(MINUTE);
    }
  });

  it.each([
    ["a value of somebody else", ["SET", "claims:draft:a", "plain text"]],
    ["an empty value", ["SET", "claims:draft:a", ""]],
    ["a long value of somebody else", ["SET", "claims:draft:a", "x".repeat(1_000)]],
    ["a damaged value", ["SETRANGE", "claims:draft:a", "70", "????????"]],
    ["a value with a damaged digest", ["SETRANGE", "claims:draft:a", "0", "????"]],
    ["a value of another key", ["COPY", "claims:draft:b", "claims:draft:a", "REPLACE"]],
  ])("counts as absent and is removed, when it is %s", async (_what, command) => {
    const { store } = under;
    for (const read of readersOf(store)) {
      await store.set("draft:a", "the first text of this test", MINUTE);
      await store.set("draft:b", "the second text of this test", MINUTE);
      await redis.command(...command);
      expect(await read("draft:a")).toBeUndefined();
      expect(await keysOf(redis)).toEqual(["claims:draft:b"]);
    }
  });

  it("counts as absent and is removed, when it is no string", async () => {
    const { store } = under;
    for (const read of readersOf(store)) {
      await redis.command("RPUSH", "claims:draft:a", "item");
      const replacement = { key: "draft:a", expected: "1", value: "2", ttlMs: MINUTE };
      expect(await store.replace(replacement)).toBe(false);
      expect(await read("draft:a")).toBeUndefined();
      expect(await keysOf(redis)).toEqual([]);
    }
  });

  it.each([
    ["a text", ["SET", "claims:visitor-requests:a", "plain text"]],
    ["no string", ["RPUSH", "claims:visitor-requests:a", "item"]],
  ])("counts from one, with an expiry, when it is %s", async (_what, command) => {
    await redis.command(...command);
    expect(await under.store.increment("visitor-requests:a", MINUTE)).toBe(1);
    expect(Number(await redis.command("PTTL", "claims:visitor-requests:a"))).toBeGreaterThan(0);
  });
});

describe("a change of the secrets", () => {
  const redis = setUpForAll(startRedis);
  const before = ["old secret ".repeat(3)];
  const during = ["new secret ".repeat(3), ...before];
  const after = during.slice(0, 1);

  function open(secrets: readonly string[]) {
    return openRedisStore({ urls: [redis.url], secrets });
  }

  it("keeps values readable and replaceable while both secrets are known", async () => {
    const [old, both, fresh] = await Promise.all([open(before), open(during), open(after)]);
    await old.set("tokens:a", "1", MINUTE);
    expect(await both.get("tokens:a")).toBe("1");
    const change = { key: "tokens:a", ttlMs: MINUTE };
    expect(await both.replace({ ...change, expected: "0", value: "2" })).toBe(false);
    expect(await both.replace({ ...change, expected: "1", value: "2" })).toBe(true);
    expect(await fresh.get("tokens:a")).toBe("2");
    expect(await both.replace({ ...change, expected: "2", value: "3" })).toBe(true);
    expect(await fresh.take("tokens:a")).toBe("3");
    await Promise.all([old.close(), both.close(), fresh.close()]);
  });

  it("ends what was sealed with a secret that is no longer known", async () => {
    const [old, fresh] = await Promise.all([open(before), open(after)]);
    await old.set("tokens:a", "1", MINUTE);
    expect(await fresh.get("tokens:a")).toBeUndefined();
    expect(await old.get("tokens:a")).toBeUndefined();
    await Promise.all([old.close(), fresh.close()]);
  });
});

describe("the operations of a Redis store", () => {
  const redis = setUpForAll(startRedis);
  const proxy = setUpForAll(() => startCountingProxy(redis));
  const under = setUpForEach(() => openEmptied([redis], [proxy.url]));

  it("are one command with one key each", async () => {
    const { store } = under;
    const change = { key: "draft:a", expected: "1", value: "2", ttlMs: MINUTE };
    // The first time, Redis does not know the scripts.
    await store.replace(change);
    await store.increment("draft:n", MINUTE);
    proxy.forget();
    await store.set("draft:a", "1", MINUTE);
    await store.get("draft:a");
    await store.getAndExtend("draft:a", MINUTE);
    await store.replace(change);
    await store.replace({ ...change, expected: undefined });
    await store.take("draft:a");
    await store.delete("draft:a");
    await store.increment("draft:a", MINUTE);
    await store.ping();
    const names = ["SET", "GET", "GETEX", "EVALSHA", "SET", "GETDEL", "DEL", "EVALSHA"];
    expect(proxy.commands).toEqual(names.map((name) => ({ name, key: "claims:draft:a" })));
    expect(proxy.roundTrips()).toBe(names.length);
  });

  it("survive that Redis forgets the scripts", async () => {
    const { store } = under;
    await store.set("draft:a", "1", MINUTE);
    await redis.command("SCRIPT", "FLUSH");
    const change = { key: "draft:a", expected: "1", value: "2", ttlMs: MINUTE };
    expect(await store.replace(change)).toBe(true);
  });
});
