import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { HttpBrowser, Visited } from "../support/http-browser.js";
import type { SeenRequest } from "../support/listen.js";
import { answerOf, casesOf, type ChallengeCase } from "./challenge-cases.js";
import {
  forgetReceived,
  onTheWire,
  PAYROLL_SCOPES,
  PAYSLIPS,
  REFUSED,
  signInSomebody,
  startScriptedActors,
  takeToAuthority,
} from "./scripted-actors.js";
import type { ScriptedActors } from "./scripted-actors.js";

let actors: ScriptedActors;

beforeAll(async () => {
  actors = await startScriptedActors();
});

afterAll(() => actors.close());

/** Somebody who has a token for the Payroll API. */
async function signInWithToken(): Promise<HttpBrowser> {
  const browser = await signInSomebody(actors);
  await browser.getJson("/payslips");
  return browser;
}

/** The Payroll API answers the next call like this; nothing was received yet. */
function answerNext(challenge: ChallengeCase): void {
  forgetReceived(actors);
  actors.payroll.nextAnswers.push({ ...answerOf(challenge), body: PAYSLIPS });
}

/** The authorization request that a redirect begins; it goes to our authority and asks for ours. */
function authorizationOf(visited: Visited, { expect: expected }: ChallengeCase): URLSearchParams {
  expect(visited.status).toBe(302);
  const { origin, pathname, hostname, searchParams } = new URL(visited.location ?? "");
  const { authority, clientId } = actors;
  expect(`${origin}${pathname}`).toBe(
    `${authority.url}/${authority.tenantId}/oauth2/v2.0/authorize`,
  );
  expect(hostname).not.toBe(expected.must_not_redirect_to);
  expect(searchParams.get("client_id")).toBe(clientId);
  expect(searchParams.get("redirect_uri")).toBe(`${actors.url}/redirect`);
  expect(searchParams.get("login_hint")).toBe(`opaque-${authority.person.oid}`);
  const scopes = [...PAYROLL_SCOPES, "openid", "profile", "offline_access"];
  expect(searchParams.get("scope")?.split(" ")).toEqual(scopes);
  return searchParams;
}

/** Follows an authorization request to the authority, back, and to where the person wanted to go. */
async function stepUp(browser: HttpBrowser, visited: Visited): Promise<Visited> {
  const redeemed = await takeToAuthority(browser, visited);
  expect(redeemed.status).toBe(303);
  expect(redeemed.location).toBe(`${actors.url}/payslips`);
  return browser.get("/payslips");
}

function tokenRequests(): readonly SeenRequest[] {
  return actors.authority.requestsTo("/token");
}

function parseClaims(text: string | null | undefined): unknown {
  return JSON.parse(text ?? "") as unknown;
}

/** The person is still who they were, with the tokens they had, and the log tells none of it. */
async function expectSessionToLive(browser: HttpBrowser): Promise<void> {
  const profile = await browser.getJson("/profile");
  expect(profile).toMatchObject({ status: 200, body: { displayName: "Ada Okafor" } });
  // Tokens and encoded claims both begin like this.
  expect(actors.logLines.join()).not.toMatch(/eyJ|access_token|evil\.example/);
}

describe("an answer that asks for claims", () => {
  it.each(casesOf("claims-challenge"))("sends them in a step-up: $id", async (challenge) => {
    const browser = await signInWithToken();
    answerNext(challenge);
    actors.authority.nextTokenAnswers.push(REFUSED);
    const expected = onTheWire(challenge.expect.claims);

    const visited = await browser.get("/payslips");
    const authorization = authorizationOf(visited, challenge);
    expect(parseClaims(authorization.get("claims"))).toEqual(expected);
    expect(authorization.has("prompt")).toBe(false);
    expect(actors.payroll.seen).toHaveLength(1);
    const [silent, ...more] = tokenRequests();
    expect(silent?.params.grant_type).toBe("refresh_token");
    expect(parseClaims(silent?.params.claims)).toEqual(expected);
    expect(more).toEqual([]);

    const page = await stepUp(browser, visited);
    expect(page.status).toBe(200);
    const [, redemption, ...others] = tokenRequests();
    expect(redemption?.params.grant_type).toBe("authorization_code");
    expect(redemption?.params.claims).toBe(authorization.get("claims"));
    expect(others).toEqual([]);
    const [first, second, ...calls] = actors.payroll.seen;
    expect(second?.headers.authorization).not.toBe(first?.headers.authorization);
    expect(calls).toEqual([]);
    await expectSessionToLive(browser);
  });

  const silentCases = casesOf("claims-challenge").filter(
    (each) => each.expect.claims?.access_token?.acrs === undefined,
  );

  it.each(silentCases)("asks nobody when the authority grants them: $id", async (challenge) => {
    const browser = await signInWithToken();
    answerNext(challenge);
    const page = await browser.get("/payslips");
    expect(page.status).toBe(200);
    expect(page.body).toContain("October 2026");
    expect(actors.payroll.seen).toHaveLength(2);
    const [silent, ...more] = actors.authority.seen;
    expect(parseClaims(silent?.params.claims)).toEqual(onTheWire(challenge.expect.claims));
    expect(more).toEqual([]);
    await expectSessionToLive(browser);
  });
});

describe("an answer that asks for another sign-in in the words of RFC 9470", () => {
  it.each(casesOf("step-up"))("passes the words on: $id", async (challenge) => {
    const browser = await signInWithToken();
    answerNext(challenge);
    const { acr_values: acrValues, max_age: maxAge } = challenge.expect;

    const visited = await browser.get("/payslips");
    const authorization = authorizationOf(visited, challenge);
    expect(authorization.get("acr_values")).toBe(acrValues?.join(" ") ?? null);
    expect(authorization.get("max_age")).toBe(maxAge?.toString() ?? null);
    const asksNothing = acrValues === null && maxAge === null;
    expect(authorization.get("prompt")).toBe(asksNothing ? "login" : null);
    expect(parseClaims(authorization.get("claims"))).toEqual(onTheWire(null));
    expect(tokenRequests()).toEqual([]);

    expect((await stepUp(browser, visited)).status).toBe(200);
    expect(tokenRequests()).toHaveLength(1);
    expect(actors.payroll.seen).toHaveLength(2);
    await expectSessionToLive(browser);
  });
});

describe("an answer that asks and cannot be understood", () => {
  // One session meets them all, and lives.
  let browser: HttpBrowser;

  beforeAll(async () => {
    browser = await signInWithToken();
  });

  it.each(casesOf("malformed"))("says so and asks nobody: $id", async (challenge) => {
    answerNext(challenge);
    const page = await browser.get("/payslips");
    expect(page.status).toBe(502);
    expect(page.location).toBeUndefined();
    expect(page.body).toContain("ERR_BAD_CHALLENGE");
    expect(actors.payroll.seen).toHaveLength(1);
    expect(actors.authority.seen).toEqual([]);
    await expectSessionToLive(browser);
  });
});

describe("an answer that asks for nothing", () => {
  let browser: HttpBrowser;

  beforeAll(async () => {
    browser = await signInWithToken();
  });

  const ANSWERS = new Map([
    [200, { status: 200, text: "October 2026" }],
    [401, { status: 502, text: "ERR_API_REJECTED" }],
    [403, { status: 403, text: "ERR_API_REJECTED" }],
  ]);

  it.each(casesOf("none"))("is no reason to redirect: $id", async (challenge) => {
    answerNext(challenge);
    const expected = ANSWERS.get(challenge.status ?? 401);
    const page = await browser.get("/payslips");
    expect(page.status).toBe(expected?.status);
    expect(page.location).toBeUndefined();
    expect(page.body).toContain(expected?.text);
    expect(actors.payroll.seen).toHaveLength(1);
    expect(actors.authority.seen).toEqual([]);
    await expectSessionToLive(browser);
  });
});
