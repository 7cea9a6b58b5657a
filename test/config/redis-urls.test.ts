import { describe, expect, it } from "vitest";
import { readConfig } from "../../src/config/config.js";
import { blamed, COMPLETE } from "./complete-settings.js";

describe("REDIS_URL", () => {
  it("takes the addresses of one Redis or of several nodes of a cluster", () => {
    const url = "rediss://user:p%2Cw@redis.example:6380/1";
    expect(readConfig({ ...COMPLETE, REDIS_URL: url }).redisUrls).toEqual([url]);
    const nodes = ["redis://10.0.0.1:7000", "redis://[::1]:7001", "redis://node"];
    const REDIS_URL = nodes.join(", ");
    expect(readConfig({ ...COMPLETE, REDIS_URL }).redisUrls).toEqual(nodes);
  });

  it.each([
    ["localhost:6379"],
    ["http://localhost"],
    ["redis://"],
    ["redis://a,"],
    ["redis://a/path"],
    ["redis://:%zz@a"],
    ["redis://a,rediss://b"],
  ])("refuses %s as the address of Redis", (REDIS_URL) => {
    expect(blamed({ ...COMPLETE, REDIS_URL })).toEqual(["REDIS_URL"]);
  });
});
