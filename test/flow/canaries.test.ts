import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { openRedisStore } from "../../src/store/redis-store.js";
import { CHALLENGE, PAYSLIPS, PROFILE } from "../support/api-responses.js";
import { HttpBrowser, type Visited } from "../support/http-browser.js";
import { isMarked } from "../support/is-marked.js";
import { type RedisServer, startRedis } from "../support/redis-server.js";
import { SESSION_SECRET } from "../support/session-secret.js";
import { setUpForAll } from "../support/set-up.js";
import { TEST_CLIENT } from "../support/web-app.js";
import {
  ADA,
  BROUGHT,
  FAILING,
  HEADERS,
  IBAN,
  MARK,
  OID,
  OWN_MARK,
  REFUSING,
  SHORT_MARK,
} from "./planted.js";
import { type ScriptedActors, startScriptedActors } from "./scripted-actors.js";
import { demandStepUp, takeToAuthority } from "./visits.js";

type Surroundings = ScriptedActors & {
  readonly redis: RedisServer;
  /** Returns the file to which Redis has appended each of its commands. */
  readonly readCommands: () => Promise<string>;
};

/** The app with a Redis that writes down all that it is ever sent. */
async function start(): Promise<Surroundings> {
  const folder = await mkdtemp(join(tmpdir(), "canaries-"));
  const appending = ["--appendonly", "yes", "--appendfsync", "no"];
  const redis = await startRedis([...appending, "--dir", folder]);
  const store = await openRedisStore({
    urls: [redis.url],
    secrets: [SESSION_SECRET],
    onUnavailable: () => undefined,
  });
  const actors = await startScriptedActors(store, { LOG_LEVEL: "trace", TRACE: "on" });
  return {
    ...actors,
    redis,
    readCommands: async () => {
      const files = await readdir(join(folder, "appendonlydir"));
      const read = files.map((each) => readFile(join(folder, "appendonlydir", each), "latin1"));
      return (await Promise.all(read)).join("\n");
    },
    close: async () => {
      await actors.close();
      await store.close();
      await redis.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

const actors = setUpForAll(start);

/** What the parties have sent each other that nobody else may see, whoever made it. */
const secrets = new Set<string>([SESSION_SECRET, TEST_CLIENT.clientSecret, IBAN]);

/** Adds all that went over the wire since the last time. */
function collectSecrets(...browsers: readonly HttpBrowser[]): void {
  const { authority, graph, payroll } = actors;
  const names = ["state", "nonce", "code", "code_verifier", "refresh_token", "claims", "sid"];
  for (const { params, headers } of [authority, graph, payroll].flatMap(({ seen }) => seen)) {
    for (const name of names) secrets.add(params[name] ?? "");
    const token = headers.authorization?.replace("Bearer ", "") ?? "";
    // The header of a token is the same for all, and no secret.
    for (const part of token.split(".").slice(1)) secrets.add(part);
  }
  for (const { cookies } of browsers) {
    for (const value of cookies.values()) {
      const cookie = decodeURIComponent(value);
      // Also the id of the session without its signature.
      for (const each of [cookie, ...cookie.split(/[:.]/)]) secrets.add(each);
    }
  }
}

/** Plants in all that the authority and the APIs send from now on. */
function plant(): void {
  const { authority, graph, payroll } = actors;
  authority.person = ADA;
  authority.misissue.idToken = { sid: `${MARK}-sid`, [`${MARK}_claim`]: `${MARK}-claim` };
  authority.misissue.accessToken = { [`${MARK}_claim`]: `${MARK}-claim` };
  authority.misissue.tokenResponse = { [`${MARK}_member`]: `${MARK}-value` };
  graph.answer = () => ({ status: 200, body: { ...PROFILE, displayName: `${OWN_MARK}-profile` } });
  payroll.answer = () => ({ status: 200, body: { ...PAYSLIPS, [`${MARK}_member`]: MARK } });
}

async function signIn(): Promise<HttpBrowser> {
  const browser = new HttpBrowser(actors.url);
  await takeToAuthority(browser, await browser.get("/signin", HEADERS));
  return browser;
}

/** The pages of what fails: they are for the person who caused it, and still show no text of others. */
const problems: string[] = [];

async function fail(visit: Promise<Visited>): Promise<void> {
  const { status, body } = await visit;
  if (status >= 400) problems.push(body);
}

/** Visits everything, well and badly, and leaves nothing scripted behind. */
async function actOutEverything(): Promise<HttpBrowser> {
  const { authority, graph, payroll } = actors;
  const browser = await signIn();
  await browser.get(`/payslips?year=${MARK}-query`, HEADERS);
  await browser.getJson("/profile");
  demandStepUp(actors);
  await takeToAuthority(browser, await browser.get("/payslips"));
  payroll.nextAnswers.push(CHALLENGE, CHALLENGE, CHALLENGE, CHALLENGE);
  await browser.open("/payslips");
  await browser.post("/bank-account", { iban: IBAN, [`${MARK}-field`]: `${MARK}-value` });
  // The message of the error cites what it cannot parse.
  await browser.postJson("/bank-account", `[${SHORT_MARK}]`);
  for (const answer of FAILING) {
    payroll.nextAnswers.push(answer, answer);
    graph.nextAnswers.push(answer, answer);
    await fail(browser.get("/payslips"));
    await fail(browser.get("/profile"));
    payroll.nextAnswers.length = 0;
    graph.nextAnswers.length = 0;
  }
  collectSecrets(browser);
  for (const answer of REFUSING) {
    const other = await signIn();
    authority.nextTokenAnswers.push(answer, answer);
    payroll.nextAnswers.push(CHALLENGE);
    await fail(other.get("/payslips"));
    authority.nextTokenAnswers.length = 0;
    payroll.nextAnswers.length = 0;
    const visitor = new HttpBrowser(actors.url);
    const { location = "" } = await visitor.get("/signin");
    const back = await visitor.atSandbox(location);
    authority.nextTokenAnswers.push(answer, answer);
    await fail(visitor.get(back, HEADERS));
    authority.nextTokenAnswers.length = 0;
    collectSecrets(other, visitor);
  }
  for (const answer of BROUGHT) {
    const visitor = new HttpBrowser(actors.url);
    const { location = "" } = await visitor.get("/signin");
    authority.nextAuthorizeAnswer = answer;
    await fail(visitor.get(await visitor.atSandbox(location), HEADERS));
    collectSecrets(visitor);
  }
  const stranger = new HttpBrowser(actors.url);
  await fail(stranger.get(`/redirect?code=${MARK}-code&state=${MARK}-state`, HEADERS));
  await fail(stranger.get(`/redirect?code=${MARK}&code=${MARK}-2&state=${MARK}-state`, HEADERS));
  await fail(stranger.get(`/frontchannel-logout?iss=${MARK}&sid=${MARK}-sid`, HEADERS));
  await fail(
    stranger.get(`/nowhere?${MARK}-query`, { ...HEADERS, Cookie: `session=${MARK}-cookie` }),
  );
  await (await signIn()).post("/signout", { [`${MARK}-field`]: MARK });
  // The session from the beginning has ended: there are too many of hers.
  return signIn();
}

/** Returns which of the secrets are in a text, in any writing of theirs. */
function foundIn(text: string): readonly string[] {
  const all = [...secrets, MARK, SHORT_MARK, OWN_MARK].filter(({ length }) => length > 11);
  return all.filter((secret) => isMarked(text, secret));
}

describe("what is planted in everything that anybody sends", () => {
  it("is in no log, in no entry of the store and on no page of somebody else", async () => {
    plant();
    const ada = await actOutEverything();
    // The pages are Ada's, and show what is hers: it is there to be found.
    expect((await ada.get("/profile")).body).toContain(`${OWN_MARK}-profile`);
    expect(secrets.size).toBeGreaterThan(50);
    expect(problems.length).toBeGreaterThan(30);
    expect(problems.filter((page) => isMarked(page, MARK))).toEqual([]);

    actors.authority.person = { ...ADA, oid: OID.replace("0d", "1d"), name: "Ben", username: "b" };
    actors.authority.misissue.idToken = {};
    actors.graph.answer = () => ({ status: 200, body: PROFILE });
    actors.payroll.answer = () => ({ status: 200, body: PAYSLIPS });
    const ben = await signIn();
    const shown: string[] = [];
    for (const path of ["/", "/profile", "/payslips", "/bank-account", "/trace", "/tax-forms"]) {
      shown.push((await ben.get(path)).body);
    }
    expect(foundIn(shown.join("\n"))).toEqual([]);

    const commands = await actors.readCommands();
    expect(commands.length).toBeGreaterThan(10_000);
    expect(foundIn(commands)).toEqual([]);

    await actors.redis.kill();
    for (const path of [`/payslips?${MARK}`, "/profile", `/signin?returnTo=/${MARK}`]) {
      expect((await ada.get(path, HEADERS)).status).toBe(503);
    }
    const log = actors.logLines.join("\n");
    expect(log).toContain("ERR_STORE_UNAVAILABLE");
    for (const event of ["signed-in", "sign-in-failed", "step-up-met", "loop-stopped"]) {
      expect(log).toContain(`"event":"${event}"`);
    }
    expect(foundIn(log)).toEqual([]);
    expect(log).toContain(OID);
  });
});
