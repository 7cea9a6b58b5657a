import { describe, expect, it } from "vitest";
import { redisUrls } from "../../src/config/redis-urls.js";

describe("redisUrls", () => {
  it("accepts the address of one Redis, or of several nodes of a cluster", () => {
    const url = "rediss://user:p%2Cw@redis.example:6380/1";
    expect(redisUrls.parse(url)).toEqual([url]);
    const nodes = ["redis://10.0.0.1:7000", "redis://[::1]:7001", "redis://node"];
    expect(redisUrls.parse(nodes.join(", "))).toEqual(nodes);
  });

  it.each([
    ["localhost:6379"],
    ["http://localhost"],
    ["redis://"],
    ["redis://a,"],
    ["redis://a/path"],
    ["redis://:%zz@a"],
    ["redis://a,rediss://b"],
  ])("refuses %s", (text) => {
    expect(redisUrls.safeParse(text).success).toBe(false);
  });
});
