import { describe, expect, it } from "vitest";
import { readConfig } from "../../src/config/config.js";
import { ConfigError } from "../../src/errors.js";
import { SESSION_SECRET } from "../support/session-secret.js";

type Environment = Readonly<Record<string, string | undefined>>;

/** Everything that has no default. */
const COMPLETE = {
  TENANT_ID: "contoso.onmicrosoft.com",
  CLIENT_ID: "5f2b9c1e-0000-4000-8000-000000000001",
  CLIENT_SECRET: "the value of the client secret",
  SESSION_SECRET,
};

/** What a reader of settings complains about. */
function problemsOf(read: (env: Environment) => unknown, env: Environment): readonly string[] {
  try {
    read(env);
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
}

/** The settings that the problems begin with. */
function blamed(env: Environment): readonly string[] {
  return problemsOf(readConfig, env).map((each) => each.split(" ")[0] ?? "");
}

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
