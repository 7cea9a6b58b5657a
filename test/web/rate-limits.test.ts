import { beforeEach, describe, expect, it } from "vitest";
import { startActors, useActors } from "../support/actors.js";
import { HttpBrowser, type Visited } from "../support/http-browser.js";
import { startRedis } from "../support/redis-server.js";
import { setUpForAll, setUpForEach } from "../support/set-up.js";
import { startWebApp } from "../support/web-app.js";

const LIMIT = 3;
const MINUTE = 60_000;

describe("the limit of requests for a sign-in", () => {
  const actors = useActors({
    settings: { TRUST_PROXY: "1", RATE_LIMIT_PER_MINUTE: String(LIMIT) },
  });

  beforeEach(() => {
    // To the begin of the next minute, with all its time left.
    const { clock } = actors;
    clock.aheadMs += MINUTE - (clock.now() % MINUTE);
    actors.logLines.length = 0;
  });

  function visit(path: string, from: string, browser = new HttpBrowser(actors.url)) {
    return browser.get(path, { "x-forwarded-for": from });
  }

  async function exhaust(path: string, from: string): Promise<Visited> {
    for (let count = 0; count < LIMIT; count += 1) {
      expect((await visit(path, from)).status).not.toBe(429);
    }
    return visit(path, from);
  }

  it("answers the next one with a page that says when to come back", async () => {
    const refused = await exhaust("/signin", "192.0.2.1");
    expect(refused).toMatchObject({ status: 429, location: undefined });
    expect(refused.body).toContain("ERR_TOO_MANY_REQUESTS");
    expect(refused.headers.get("set-cookie")).toBeNull();
    const seconds = Number(refused.headers.get("retry-after"));
    expect(seconds).toBeGreaterThan(0);
    expect(seconds).toBeLessThanOrEqual(60);
    actors.clock.aheadMs += seconds * 1_000;
    expect((await visit("/signin", "192.0.2.1")).status).toBe(302);
  });

  it("answers a JSON client with problem details", async () => {
    await exhaust("/signin", "192.0.2.2");
    const response = await fetch(`${actors.url}/SignIn/`, {
      headers: { "x-forwarded-for": "192.0.2.2", accept: "application/json" },
      redirect: "manual",
    });
    expect(response.status).toBe(429);
    expect(response.headers.get("retry-after")).not.toBeNull();
    expect(await response.json()).toMatchObject({ code: "ERR_TOO_MANY_REQUESTS", status: 429 });
  });

  it("keeps an authorization response that came too soon: it can be sent again", async () => {
    const ben = new HttpBrowser(actors.url);
    const begun = await visit("/signin?returnTo=/payslips", "192.0.2.3", ben);
    const back = await ben.atSandbox(begun.location ?? "", { person: "Ben" });
    await exhaust("/redirect?state=unknown", "192.0.2.3");
    const refused = await visit(back, "192.0.2.3", ben);
    expect(refused.status).toBe(429);
    const { searchParams } = new URL(back);
    for (const secret of searchParams.values()) expect(refused.body).not.toContain(secret);
    actors.clock.aheadMs += MINUTE;
    const returned = await visit(back, "192.0.2.3", ben);
    expect(returned).toMatchObject({ status: 303, location: `${actors.url}/payslips` });
  });

  it("lets whoever began a sign-in finish it when no other one may begin", async () => {
    const ben = new HttpBrowser(actors.url);
    const begun = await visit("/signin", "192.0.2.4", ben);
    const back = await ben.atSandbox(begun.location ?? "", { person: "Ben" });
    for (let count = 1; count < LIMIT; count += 1) await visit("/signin", "192.0.2.4");
    expect((await visit("/signin", "192.0.2.4")).status).toBe(429);
    expect((await visit(back, "192.0.2.4", ben)).status).toBe(303);
  });

  it("does not count people who are signed in, nor other pages", async () => {
    const ada = await actors.signIn("Ada");
    for (let count = 0; count < 2 * LIMIT; count += 1) {
      expect((await visit("/signin", "192.0.2.5", ada)).status).toBe(302);
      expect((await visit("/redirect?state=unknown", "192.0.2.5", ada)).status).toBe(303);
      expect((await visit("/", "192.0.2.5")).status).toBe(200);
      expect((await visit("/profile", "192.0.2.5")).status).toBe(302);
    }
    expect((await visit("/signin", "192.0.2.5")).status).toBe(302);
  });

  it.each([
    ["the same one with a port", "192.0.2.8:4711", "192.0.2.8"],
    ["the same one within IPv6", "::ffff:192.0.2.9", "192.0.2.9"],
    ["one of the same IPv6 network (/64)", "2001:db8:0:1::1", "2001:db8:0:1:ffff::2"],
    ["one before which the client wrote others", "198.51.100.1, 192.0.2.10", "192.0.2.10"],
  ])("counts with an address %s", async (_what, from, other) => {
    expect((await exhaust("/signin", from)).status).toBe(429);
    expect((await visit("/signin", other)).status).toBe(429);
  });

  it.each([
    ["another one", "192.0.2.6", "192.0.2.7"],
    ["one of another IPv6 network", "2001:db8:0:2::1", "2001:db8:0:3::1"],
  ])("does not count with an address %s", async (_what, from, other) => {
    expect((await exhaust("/signin", from)).status).toBe(429);
    expect((await visit("/signin", other)).status).toBe(302);
  });

  it("is in the log once a minute for an address, as a warning", async () => {
    await exhaust("/signin", "192.0.2.11");
    await visit("/signin", "192.0.2.11");
    const warnings = actors.logLines
      .map((line) => JSON.parse(line) as { level: number; client?: string })
      .filter(({ level }) => level === 40);
    expect(warnings).toMatchObject([{ client: "192.0.2.11" }]);
  });
});

describe("the limit of two web apps with one Redis", () => {
  const redis = setUpForAll(startRedis);
  const actors = setUpForAll(() => startActors({ settings: settings() }));
  const other = setUpForEach(() => {
    const { surroundings, clock } = actors;
    return startWebApp({ surroundings, now: clock.now, settings: settings() });
  });

  function settings() {
    return { REDIS_URL: redis.url, RATE_LIMIT_PER_MINUTE: String(LIMIT) };
  }

  it("is one", async () => {
    const { clock } = actors;
    clock.aheadMs += MINUTE - (clock.now() % MINUTE);
    const statuses: number[] = [];
    for (let count = 0; count < 2 * LIMIT; count += 1) {
      const { url } = count % 2 === 0 ? actors : other;
      statuses.push((await new HttpBrowser(url).get("/signin")).status);
    }
    expect(statuses).toEqual([302, 302, 302, 429, 429, 429]);
  });
});
