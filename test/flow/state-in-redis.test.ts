import { describe, expect, it } from "vitest";
import { openRedisStore } from "../../src/store/redis-store.js";
import { startActors } from "../support/actors.js";
import { HttpBrowser } from "../support/http-browser.js";
import { startRedis } from "../support/redis-server.js";
import { SESSION_SECRET } from "../support/session-secret.js";
import { setUpForAll } from "../support/set-up.js";

/** The most that Redis keeps for somebody, with names and expiry. */
const MAX_BYTES = 8 * 1024;

describe("the state of somebody signed in", () => {
  const redis = setUpForAll(startRedis);
  const actors = setUpForAll(() => startActors({ settings: { REDIS_URL: redis.url } }));

  async function bytesOf(key: string): Promise<number> {
    return Number(await redis.command("MEMORY", "USAGE", key));
  }

  it("takes 8 KiB of Redis at most, with the tokens of two APIs and what soon expires", async () => {
    const browser = new HttpBrowser(actors.url);
    for (const path of ["/profile", "/payslips"]) {
      expect((await browser.open(path, { person: "Ada" })).status).toBe(200);
    }
    const keys = (await redis.command("KEYS", "claims:*")) as readonly string[];
    expect(keys.filter((key) => key.startsWith("claims:tokens:"))).toHaveLength(1);
    const bytes = await Promise.all(keys.map(bytesOf));
    expect(bytes.reduce((sum, each) => sum + each, 0)).toBeLessThanOrEqual(MAX_BYTES);
  });

  it("stores no attributes of the session's cookie, which is set as before", async () => {
    const response = await fetch(`${actors.url}/signin`, { redirect: "manual" });
    expect(response.headers.getSetCookie().join()).toMatch(/Path=\/; HttpOnly; SameSite=Lax/);
    const store = await openRedisStore({ urls: [redis.url], secrets: [SESSION_SECRET] });
    const keys = (await redis.command("KEYS", "claims:*")) as readonly string[];
    const sessions = keys.filter((key) => /^claims:(session|visitor):/.test(key));
    expect(sessions).not.toEqual([]);
    for (const key of sessions) {
      expect(JSON.parse((await store.get(key.replace("claims:", ""))) ?? "")).not.toHaveProperty(
        "cookie",
      );
    }
    await store.close();
  });
});
