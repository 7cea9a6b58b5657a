import { beforeEach, describe, expect, it } from "vitest";
import { startActors, useActors } from "../support/actors.js";
import { HttpBrowser } from "../support/http-browser.js";
import { createRecordingStore } from "../support/recording-store.js";
import { startRedis } from "../support/redis-server.js";
import { setUpForAll } from "../support/set-up.js";

const JSON_CLIENT = { headers: { accept: "application/json" } };
const COOKIE = "session=s%3Aforged.signature; flow=1";

/** Requests of somebody who is not signed in and begins no sign-in. */
const REQUESTS: readonly (readonly [string, RequestInit])[] = [
  ["/", {}],
  ["/", { method: "HEAD" }],
  ["/", { headers: { cookie: COOKIE } }],
  ["/profile", {}],
  ["/profile", JSON_CLIENT],
  ["/payslips?year=2025", {}],
  ["/bank-account", { method: "POST", body: new URLSearchParams({ iban: "DE00" }) }],
  ["/bank-account", { ...JSON_CLIENT, method: "POST", body: "{}" }],
  ["/bank-account/discard", { method: "POST", body: new URLSearchParams({ draft: "a" }) }],
  ["/no-such-page", {}],
  ["/no-such-page", { method: "POST", body: "junk" }],
  ["/no-such-page", { method: "PUT", body: "junk" }],
  ["/signin", { method: "HEAD" }],
  ["/signin", { method: "POST", body: "junk" }],
  ["/signin", { headers: { "sec-purpose": "prefetch" } }],
  ["/signout", {}],
  ["/signout", { method: "POST" }],
  ["/assets/app.css", {}],
  ["/healthz", {}],
  ["/readyz", {}],
];

/** A session of somebody who begins a sign-in, which shows that the test would see what is stored. */
async function beginSignIn(url: string): Promise<void> {
  expect((await new HttpBrowser(url).get("/signin")).status).toBe(302);
}

async function send(url: string, path: string, init: RequestInit): Promise<void> {
  const response = await fetch(`${url}${path}`, { redirect: "manual", ...init });
  await response.arrayBuffer();
  expect(response.status).toBeLessThan(504);
}

describe("requests that begin no sign-in", () => {
  const operations: string[] = [];
  const actors = useActors({ store: createRecordingStore(operations) });

  beforeEach(() => {
    operations.length = 0;
  });

  /** Returns the kinds of what was written. */
  function written(): string[] {
    const writes = operations.filter((each) => /^(?:set|replace|increment) /.test(each));
    return writes.map((each) => each.replace(/^\w+ /, "")).sort();
  }

  it.each(REQUESTS)("store nothing in memory: %s %o", async (path, init) => {
    await send(actors.url, path, init);
    expect(written()).toEqual([]);
  });

  it("unlike those that begin one", async () => {
    await beginSignIn(actors.url);
    expect(written()).toEqual(["visitor", "visitor-flow", "visitor-flows", "visitor-requests"]);
  });
});

describe("requests that begin no sign-in, with Redis", () => {
  const redis = setUpForAll(startRedis);
  const actors = setUpForAll(() => startActors({ settings: { REDIS_URL: redis.url } }));

  it("store nothing", async () => {
    for (const [path, init] of REQUESTS) await send(actors.url, path, init);
    expect(await redis.command("DBSIZE")).toBe(0);
    await beginSignIn(actors.url);
    expect(await redis.command("DBSIZE")).toBe(4);
  });
});
