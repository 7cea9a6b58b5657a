import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { openRedisStore } from "../../src/store/redis-store.js";
import { startRedis } from "../support/redis-server.js";
import { SESSION_SECRET } from "../support/session-secret.js";
import { setUpForEach } from "../support/set-up.js";
import { expectBack, failureOf, UNAVAILABLE } from "./failures.js";

const MINUTE = 60_000;

describe("a connection to Redis", () => {
  const redis = setUpForEach(startRedis);

  it("is given up when it stays silent under load, and replaced", async () => {
    const causes: unknown[] = [];
    const store = await openRedisStore({
      ...{ urls: [redis.url], secrets: [SESSION_SECRET] },
      onUnavailable: (cause) => causes.push(cause),
    });
    await store.set("session:a", "of Ada", MINUTE);
    redis.freeze();
    const times: number[] = [];
    await expect
      .poll(
        async () => {
          times.push((await failureOf(store.get("session:a"))).ms);
          return causes.length;
        },
        { timeout: 5_000, interval: 10 },
      )
      .toBe(1);
    expect(Math.max(...times)).toBeLessThan(1_000);
    redis.thaw();
    await expectBack(store);
    expect(await store.get("session:a")).toBe("of Ada");
    expect(causes).toHaveLength(1);
    await store.close();
  });

  it("is made later when Redis is down at first", async () => {
    await redis.kill();
    const causes: unknown[] = [];
    const store = await openRedisStore({
      ...{ urls: [redis.url], secrets: [SESSION_SECRET] },
      onUnavailable: (cause) => causes.push(cause),
    });
    expect(causes).toEqual([expect.objectContaining({ code: "ECONNREFUSED" })]);
    await expect(store.ping()).rejects.toMatchObject(UNAVAILABLE);
    await redis.start();
    await expectBack(store);
    await store.close();
  });

  it("ends with its store, also while Redis is down", async () => {
    const store = await openRedisStore({ urls: [redis.url], secrets: [SESSION_SECRET] });
    await redis.kill();
    await expect(store.ping()).rejects.toMatchObject(UNAVAILABLE);
    await store.close();
    await redis.start();
    await expect(store.ping()).rejects.toMatchObject(UNAVAILABLE);
    expect(await redis.command("CLIENT", "LIST")).not.toMatch(/\n.*\n/);
  });
});

describe("a Redis with a password", () => {
  const redis = setUpForEach(() =>
    startRedis([
      ...["--user", "app", "on", ">p@ss:w/rd", "~claims:*", "+@all"],
      ...["--user", "default", "off"],
    ]),
  );

  it("is used with the user and password of the URL", async () => {
    const { port } = redis;
    const url = `redis://app:${encodeURIComponent("p@ss:w/rd")}@127.0.0.1:${port}`;
    const store = await openRedisStore({ urls: [url], secrets: [SESSION_SECRET] });
    await store.set("session:a", "1", MINUTE);
    expect(await store.get("session:a")).toBe("1");
    await store.close();
  });

  it("is unavailable with another one, and the reason says so", async () => {
    const causes: unknown[] = [];
    const store = await openRedisStore({
      ...{ urls: [`redis://app:wrong@127.0.0.1:${redis.port}`], secrets: [SESSION_SECRET] },
      onUnavailable: (cause) => causes.push(cause),
    });
    await expect(store.get("session:a")).rejects.toMatchObject(UNAVAILABLE);
    expect(String(causes[0])).toContain("WRONGPASS");
    expect(String(causes[0])).not.toContain("wrong@");
    await store.close();
  });
});

describe("a Redis that permits the commands that docs/redis.md names", () => {
  const [named = ""] = /^- A process uses .*$/m.exec(readFileSync("docs/redis.md", "utf8")) ?? [];
  const commands = [...named.matchAll(/`([A-Z ]+)`/g)].map(([, name = ""]) => name);
  const rules = commands.map((name) => `+${name.toLowerCase().replace(" ", "|")}`);
  const redis = setUpForEach(() =>
    startRedis(["--user", "least", "on", ">secret", "~claims:*", ...rules]),
  );

  it("is enough", async () => {
    const url = `redis://least:secret@127.0.0.1:${redis.port}`;
    const store = await openRedisStore({ urls: [url], secrets: [SESSION_SECRET] });
    const change = { key: "guard:a", ttlMs: MINUTE };
    await store.set("guard:a", "1", MINUTE);
    expect(await store.replace({ ...change, expected: "1", value: "2" })).toBe(true);
    expect(await store.replace({ ...change, expected: undefined, value: "3" })).toBe(false);
    expect(await store.getAndExtend("guard:a", MINUTE)).toBe("2");
    expect(await store.increment("visitor-requests:a", MINUTE)).toBe(1);
    expect(await store.take("guard:a")).toBe("2");
    await store.delete("guard:a");
    await store.ping();
    await store.close();
  });
});
