import { createClient } from "redis";
import { describe, expect, it } from "vitest";
import { checkRedis } from "../../src/doctor/checks/redis.js";
import { freePort } from "../support/free-port.js";
import { startRedisCluster } from "../support/redis-cluster.js";
import { startRedis } from "../support/redis-server.js";
import { setUpForAll } from "../support/set-up.js";
import { briefly } from "./examine.js";

describe("checkRedis", () => {
  const redis = setUpForAll(() => startRedis());

  it("says version and latency of one that is fit", async () => {
    const found = await checkRedis([redis.url]);
    expect(found[0]?.level).toBe("ok");
    expect(found[0]?.text).toMatch(/version \d+\.\d+/);
    expect(found[1]?.text).toMatch(/ \d+\.\d ms/);
  });

  it("warns of one that evicts keys", async () => {
    await redis.command("CONFIG", "SET", "maxmemory-policy", "allkeys-lru");
    const found = await checkRedis([redis.url]);
    await redis.command("CONFIG", "SET", "maxmemory-policy", "noeviction");
    expect(briefly(found)[0]).toBe("warning Redis");
    expect(found[0]?.text).toContain("allkeys-lru");
    expect(found[0]?.cure).toContain("noeviction");
  });

  it("finds a replica", async () => {
    await redis.command("REPLICAOF", "127.0.0.1", String(await freePort()));
    const found = await checkRedis([redis.url]);
    await redis.command("REPLICAOF", "NO", "ONE");
    expect(found[0]).toMatchObject({ level: "wrong" });
    expect(found[0]?.cure).toContain("primary");
  });

  it("finds that nobody listens", async () => {
    const port = await freePort();
    const found = await checkRedis([`redis://127.0.0.1:${port}`]);
    expect(briefly(found)).toEqual(["wrong Redis"]);
    expect(found[0]?.text).toContain("ECONNREFUSED");
  });

  it("finds one that does not respond", async () => {
    redis.freeze();
    const found = await checkRedis([redis.url]);
    redis.thaw();
    expect(briefly(found)).toEqual(["wrong Redis"]);
  });

  it("finds several addresses that are no cluster", async () => {
    const found = await checkRedis([redis.url, redis.url]);
    const wrong = found.filter(({ level }) => level === "wrong");
    expect(wrong).toHaveLength(2);
    expect(wrong[0]?.text).toContain("not a node of a cluster");
  });

  it("has nothing to find without REDIS_URL, and says what that means", async () => {
    const found = await checkRedis(undefined);
    expect(found.map(({ level }) => level)).toEqual(["ok"]);
    expect(found[0]?.text).toContain("signs everybody out");
  });
});

describe("checkRedis with users and passwords", () => {
  const redis = setUpForAll(() => startRedis(["--requirepass", "opensesame"]));

  it.each(["", ":hunter2@"])("finds a wrong password and does not print it: %s", async (user) => {
    const found = await checkRedis([redis.url.replace("//", `//${user}`)]);
    expect(briefly(found)).toEqual(["wrong Redis"]);
    expect(found[0]?.text).toMatch(/WRONGPASS|NOAUTH/);
    expect(found[0]?.cure).toContain("password");
    expect(JSON.stringify(found)).not.toContain("hunter2");
  });

  it("accepts the right one", async () => {
    const found = await checkRedis([redis.url.replace("//", "//:opensesame@")]);
    expect(found[0]?.level).toBe("ok");
    expect(JSON.stringify(found)).not.toContain("opensesame");
  });

  it("warns when the user may not read what it checks", async () => {
    const admin = createClient({ url: redis.url.replace("//", "//:opensesame@") });
    await admin.connect();
    await admin.sendCommand(["ACL", "SETUSER", "limited", "on", ">sesame", "~*", "+@connection"]);
    admin.destroy();
    const found = await checkRedis([redis.url.replace("//", "//limited:sesame@")]);
    expect(found[0]).toMatchObject({ level: "warning" });
    expect(found[0]?.text).toContain("INFO");
  });
});

describe("checkRedis at a cluster", () => {
  const cluster = setUpForAll(() => startRedisCluster());

  it("accepts several nodes", async () => {
    const found = await checkRedis(cluster.url.split(","));
    expect(found.filter(({ level }) => level === "wrong")).toEqual([]);
    expect(found).toHaveLength(6);
  });

  it("finds that only one node is named", async () => {
    const found = await checkRedis(cluster.url.split(",").slice(0, 1));
    expect(found[0]).toMatchObject({ level: "wrong" });
    expect(found[0]?.cure).toContain("several nodes");
  });
});
