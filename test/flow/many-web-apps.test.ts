import { afterEach, describe, expect, it } from "vitest";
import { type Actors, startActors } from "../support/actors.js";
import { startCountingProxy } from "../support/counting-proxy.js";
import { HttpBrowser } from "../support/http-browser.js";
import { IBAN, OTHER_IBAN } from "../support/ibans.js";
import { startRedisCluster } from "../support/redis-cluster.js";
import { startRedis } from "../support/redis-server.js";
import { SESSION_SECRET } from "../support/session-secret.js";
import { setUpForAll } from "../support/set-up.js";
import { type RunningWebApp, startWebApp } from "../support/web-app.js";

const NEW_SECRET = "another secret of the tests that is long enough";

describe("web apps with one Redis", () => {
  const redis = setUpForAll(startRedis);
  const actors = setUpForAll(() => startActors({ settings: { REDIS_URL: redis.url } }));
  const others: RunningWebApp[] = [];

  afterEach(async () => {
    for (const other of others.splice(0)) await other.close();
  });

  /** Starts another web app behind the same public origin. */
  async function startAnother(settings: Readonly<Record<string, string>> = {}) {
    const { surroundings, url, clock } = actors;
    const other = await startWebApp({
      ...{ surroundings, now: clock.now },
      settings: { BASE_URL: url, REDIS_URL: redis.url, ...settings },
    });
    others.push(other);
    return other;
  }

  /** Returns the same person's browser when a load balancer sends it to another web app. */
  function sentTo({ url }: { readonly url: string }, browser: HttpBrowser): HttpBrowser {
    return new HttpBrowser(url, browser.cookies, browser.sandboxCookies);
  }

  function pathOf(location: string): string {
    const { pathname, search } = new URL(location);
    return pathname + search;
  }

  it("complete on one of them a sign-in that began on another, and share the session", async () => {
    const other = await startAnother();
    const ada = new HttpBrowser(actors.url);
    const begun = await ada.get("/signin?returnTo=/payslips");
    const back = await ada.atSandbox(begun.location ?? "", { person: "Ada" });
    const returned = await sentTo(other, ada).get(pathOf(back));
    expect(returned.status).toBe(303);
    expect((await ada.getJson("/profile")).status).toBe(200);
    expect((await sentTo(other, ada).getJson("/profile")).status).toBe(200);
  });

  it("complete on one of them a write whose step-up began on another", async () => {
    const other = await startAnother();
    const ada = await actors.signIn("Ada");
    await ada.follow(await ada.post("/bank-account", { iban: IBAN }));
    await actors.control("people/ada/age-sign-in", { seconds: 600 });
    const challenged = await ada.post("/bank-account", { iban: OTHER_IBAN });
    const back = await ada.atSandbox(challenged.location ?? "");
    const atOther = sentTo(other, ada);
    const returned = await atOther.get(pathOf(back));
    expect(returned.status).toBe(303);
    const page = await ada.get(pathOf(returned.location ?? ""));
    const [, draft = ""] = /name="draft" value="([^"]+)"/.exec(page.body) ?? [];
    actors.forgetReceived();
    const confirmed = await atOther.follow(await atOther.post("/bank-account", { draft }));
    expect(confirmed.status).toBe(200);
    expect(actors.payrollReceived).toEqual(["POST /bank-account"]);
  });

  it("let one of them redeem a code that both receive", async () => {
    const other = await startAnother();
    const ada = new HttpBrowser(actors.url);
    const begun = await ada.get("/signin");
    const back = pathOf(await ada.atSandbox(begun.location ?? "", { person: "Ada" }));
    actors.forgetReceived();
    const copies = Array.from({ length: 20 }, (_, index) =>
      new HttpBrowser(index % 2 ? actors.url : other.url, new Map(ada.cookies)).get(back),
    );
    const statuses = (await Promise.all(copies)).map(({ status }) => status);
    expect(statuses.filter((status) => status === 303)).toHaveLength(1);
    expect(actors.receivedAt("/token")).toHaveLength(1);
  });

  it("sign a person out everywhere when one of them does", async () => {
    const other = await startAnother();
    const ada = await actors.signIn("Ada");
    const copy = new HttpBrowser(other.url, new Map(ada.cookies));
    expect((await ada.post("/signout")).status).toBe(303);
    expect((await copy.getJson("/profile")).status).toBe(401);
  });

  it("sign nobody out in a rolling change of SESSION_SECRET", async () => {
    const [oldFirst, newFirst, newOnly] = [
      await startAnother({ SESSION_SECRET: `${SESSION_SECRET},${NEW_SECRET}` }),
      await startAnother({ SESSION_SECRET: `${NEW_SECRET},${SESSION_SECRET}` }),
      await startAnother({ SESSION_SECRET: NEW_SECRET }),
    ];
    const ada = await actors.signIn("Ada");
    const ben = await actors.signIn("Ben");
    // Each step replaces the processes one by one, so both kinds serve the same people.
    for (const pair of [
      [actors, oldFirst],
      [oldFirst, newFirst],
    ] as const) {
      for (const web of [...pair, ...pair]) {
        for (const browser of [ada, ben]) {
          expect((await sentTo(web, browser).getJson("/profile")).status).toBe(200);
        }
        expect((await sentTo(web, ada).open("/payslips")).status).toBe(200);
      }
    }
    const cleo = new HttpBrowser(newFirst.url);
    const begun = await cleo.get("/signin");
    const back = await cleo.atSandbox(begun.location ?? "", { person: "Cleo" });
    expect((await cleo.get(pathOf(back))).status).toBe(303);
    for (const web of [oldFirst, newFirst, newOnly]) {
      expect((await sentTo(web, cleo).getJson("/profile")).status).toBe(200);
    }
  });

  it("leave nothing in Redis that does not expire", async () => {
    const keys = (await redis.command("KEYS", "*")) as string[];
    expect(keys.length).toBeGreaterThan(0);
    for (const key of keys) {
      expect(Number(await redis.command("PTTL", key)), key).toBeGreaterThan(0);
    }
  });
});

describe("a web app with Redis", () => {
  const redis = setUpForAll(startRedis);
  const proxy = setUpForAll(() => startCountingProxy(redis));
  const actors = setUpForAll(() => startActors({ settings: { REDIS_URL: proxy.url } }));

  it("needs two round trips for a page whose token is at hand", async () => {
    const ada = await actors.signIn("Ada");
    expect((await ada.open("/payslips")).status).toBe(200);
    expect((await ada.get("/payslips")).status).toBe(200);
    proxy.forget();
    expect((await ada.get("/payslips")).status).toBe(200);
    expect(proxy.commands.map(({ name }) => name)).toEqual(["GETEX", "GET"]);
    expect(proxy.roundTrips()).toBe(2);
  });
});

describe("a web app with a Redis cluster", () => {
  const cluster = setUpForAll(startRedisCluster);
  const actors: Actors = setUpForAll(() => startActors({ settings: { REDIS_URL: cluster.url } }));

  it("signs in, steps up and signs out", async () => {
    const ada = await actors.signIn("Ada");
    expect((await ada.open("/payslips")).status).toBe(200);
    const changed = await ada.follow(await ada.post("/bank-account", { iban: IBAN }));
    expect(changed.status).toBe(200);
    expect((await ada.post("/signout")).status).toBe(303);
    expect((await ada.getJson("/profile")).status).toBe(401);
  });
});
