import { describe, expect, it } from "vitest";
import { cacheOf } from "../../src/auth/tokens/token-index.js";
import { readPartition } from "../../src/auth/tokens/token-partition.js";
import { openRedisStore } from "../../src/store/redis-store.js";
import { startActors } from "../support/actors.js";
import { createMembers, letAct } from "../support/crowd.js";
import { startRedis } from "../support/redis-server.js";
import { SESSION_SECRET } from "../support/session-secret.js";
import { setUpForAll } from "../support/set-up.js";
import { startWebApp } from "../support/web-app.js";

/** Long enough for the long run on a machine that does other things, too. */
const MAX_MS = 60 * 60 * 1000;

/** How many people do how much. */
export interface Crowding {
  readonly people: number;
  readonly atOnce: number;
  readonly requests: number;
}

/** Describes what people see at two web apps without stickiness: nothing that is somebody else's. */
export function describeIsolation({ people, atOnce, requests }: Crowding): void {
  describe("many people at two web apps with one Redis", () => {
    const members = createMembers(people);
    const redis = setUpForAll(startRedis);
    const actors = setUpForAll(() => startActors({ otherPeople: members, settings: settings() }));
    const other = setUpForAll(() => {
      const { surroundings, url, clock } = actors;
      return startWebApp({
        ...{ surroundings, now: clock.now },
        settings: { BASE_URL: url, ...settings() },
      });
    });

    function settings() {
      return { REDIS_URL: redis.url, RATE_LIMIT_PER_MINUTE: "1000000", LOG_LEVEL: "error" };
    }

    it("see what is theirs only, whichever web app responds", { timeout: MAX_MS }, async () => {
      const report = await letAct({
        members,
        urls: [actors.url, other.url],
        authorityUrl: actors.sandbox.url,
        atOnce,
        goesOn: (sent) => sent < requests,
      });
      expect(report.leaks).toEqual([]);
      // A busy machine may be late; that is a 503 and shows nothing.
      const late = report.surprises.filter((each) => each.startsWith("503 "));
      expect(report.surprises.filter((each) => !late.includes(each))).toEqual([]);
      expect(late.length).toBeLessThan(requests / 20);
      expect(report.requests).toBeGreaterThanOrEqual(requests);
      expect(report.personalPages).toBeGreaterThan(requests / 3);

      const store = await openRedisStore({ urls: [redis.url], secrets: [SESSION_SECRET] });
      const keys = (await redis.command("KEYS", "claims:tokens:*")) as string[];
      expect(keys.length).toBeGreaterThan(people / 2);
      for (const key of keys) {
        const tokens = await readPartition(store, key.replace("claims:tokens:", ""));
        const { Account: accounts = {} } = JSON.parse(cacheOf(tokens ?? "") ?? "{}") as {
          Account?: object;
        };
        expect(Object.keys(accounts)).toHaveLength(1);
      }
      await store.close();
    });
  });
}
