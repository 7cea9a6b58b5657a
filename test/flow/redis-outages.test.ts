import { beforeEach, describe, expect, it } from "vitest";
import { type Actors, startActors } from "../support/actors.js";
import { HttpBrowser, type Visited } from "../support/http-browser.js";
import { IBAN } from "../support/ibans.js";
import { type RedisServer, startRedis } from "../support/redis-server.js";
import { setUpForAll } from "../support/set-up.js";

/** Keeps on disk what it holds, so that a crash loses nothing. */
const DURABLE = ["--appendonly", "yes", "--appendfsync", "always"];

interface Fault {
  readonly cause: (redis: RedisServer) => unknown;
  readonly end: (redis: RedisServer) => unknown;
}

const SILENT: readonly (readonly [string, Fault])[] = [
  ["was killed", { cause: (it) => it.kill(), end: (it) => it.start() }],
  [
    "is frozen",
    {
      cause: (it) => {
        it.freeze();
      },
      end: (it) => {
        it.thaw();
      },
    },
  ],
];

const READ_ONLY: Fault = {
  cause: (it) => it.command("REPLICAOF", "127.0.0.1", "1"),
  end: (it) => it.command("REPLICAOF", "NO", "ONE"),
};

const FULL: Fault = {
  cause: (it) => it.command("CONFIG", "SET", "maxmemory", "1"),
  end: (it) => it.command("CONFIG", "SET", "maxmemory", "0"),
};

async function startWithRedis(): Promise<Actors & { readonly redis: RedisServer }> {
  const redis = await startRedis(DURABLE);
  const actors = await startActors({ settings: { REDIS_URL: redis.url } });
  return {
    ...actors,
    redis,
    close: async () => {
      await actors.close();
      await redis.close();
    },
  };
}

describe("the web app", () => {
  const actors = setUpForAll(startWithRedis);
  let ada: HttpBrowser;

  beforeEach(async () => {
    ada = await actors.signIn("Ada");
    expect((await ada.open("/payslips")).status).toBe(200);
    actors.forgetReceived();
  });

  /** Expects a page without a redirect, with Retry-After, within a second. */
  async function expectUnavailable(visit: () => Promise<Visited>): Promise<void> {
    const startedAt = performance.now();
    const page = await visit();
    expect(performance.now() - startedAt).toBeLessThan(1_000);
    expect(page).toMatchObject({ status: 503, location: undefined });
    expect(page.headers.get("retry-after")).toBe("5");
    expect(page.body).toContain("ERR_STORE_UNAVAILABLE");
    expect(page.body).toContain("</html>");
  }

  async function expectBack(): Promise<void> {
    const options = { timeout: 2_000, interval: 20 };
    await expect.poll(async () => (await ada.get("/payslips")).status, options).toBe(200);
  }

  it.each([...SILENT, ["is read-only", READ_ONLY] as const])(
    "responds with 503 while Redis %s, and keeps the session",
    async (_state, { cause, end }) => {
      await cause(actors.redis);
      await expectUnavailable(() => ada.get("/payslips"));
      const json = await ada.getJson("/payslips");
      expect(json).toMatchObject({ status: 503, body: { code: "ERR_STORE_UNAVAILABLE" } });
      await expectUnavailable(() => ada.post("/signout"));
      await end(actors.redis);
      await expectBack();
      expect(actors.sandboxReceived).toEqual([]);
    },
  );

  it.each(SILENT)("is alive and not ready while Redis %s", async (_state, { cause, end }) => {
    expect((await ada.get("/readyz")).status).toBe(200);
    await cause(actors.redis);
    const ready = await ada.get("/readyz");
    expect(ready.status).toBe(503);
    expect(JSON.parse(ready.body)).toEqual({ status: "store-unavailable" });
    expect((await ada.get("/healthz")).status).toBe(200);
    await end(actors.redis);
    await expect.poll(async () => (await ada.get("/readyz")).status).toBe(200);
  });

  it.each([...SILENT, ["is read-only", READ_ONLY] as const, ["is full", FULL] as const])(
    "begins no sign-in while Redis %s",
    async (_state, { cause, end }) => {
      const visitor = new HttpBrowser(actors.url);
      await cause(actors.redis);
      await expectUnavailable(() => visitor.get("/signin?returnTo=/payslips"));
      await end(actors.redis);
      await expect
        .poll(async () => (await visitor.get("/signin")).status, { timeout: 2_000 })
        .toBe(302);
    },
  );

  it.each([...SILENT, ["is read-only", READ_ONLY] as const, ["is full", FULL] as const])(
    "completes a sign-in wholly or not at all when Redis %s meanwhile",
    async (_state, { cause, end }) => {
      const visitor = new HttpBrowser(actors.url);
      const begun = await visitor.get("/signin");
      const back = await visitor.atSandbox(begun.location ?? "", { person: "Ben" });
      await cause(actors.redis);
      await expectUnavailable(() => visitor.get(back));
      await end(actors.redis);
      await expectBack();
      expect((await visitor.getJson("/profile")).status).toBe(401);
      await visitor.open("/signin", { person: "Ben" });
      expect((await visitor.getJson("/profile")).status).toBe(200);
    },
  );

  it("begins no step-up while Redis is full, and the session stays", async () => {
    await actors.control("people/ada/age-sign-in", { seconds: 600 });
    expect((await ada.getJson("/profile")).status).toBe(200);
    await FULL.cause(actors.redis);
    await expectUnavailable(() => ada.post("/bank-account", { iban: IBAN }));
    expect((await ada.getJson("/profile")).status).toBe(200);
    expect(actors.logLines.join("\n")).toContain('"code":"OOM"');
    await FULL.end(actors.redis);
    const changed = await ada.follow(await ada.post("/bank-account", { iban: IBAN }));
    expect(changed.status).toBe(200);
  });
});
