import { describe, expect, it } from "vitest";
import { PAYSLIPS } from "../support/api-responses.js";
import type { HttpBrowser, Visited } from "../support/http-browser.js";
import type { SeenRequest } from "../support/listen.js";
import { setUpForAll } from "../support/set-up.js";
import { TEST_CLIENT } from "../support/web-app.js";
import { casesOf, type ChallengeCase, responseOf } from "./challenge-cases.js";
import { onTheWire } from "./claims-on-the-wire.js";
import { forgetReceived, PAYROLL_SCOPES, useScriptedActors } from "./scripted-actors.js";
import { NEEDS_PERSON, signInWithToken, takeToAuthority } from "./visits.js";

const actors = useScriptedActors();

/** Makes the Payroll API respond to the next call like this, and forgets what was received. */
function respondNext(challenge: ChallengeCase): void {
  forgetReceived(actors);
  actors.payroll.nextAnswers.push({ ...responseOf(challenge), body: PAYSLIPS });
}

/** Returns the parameters of the authorization request that a redirect begins, once checked. */
function authorizationOf(visited: Visited, { expect: expected }: ChallengeCase): URLSearchParams {
  expect(visited.status).toBe(302);
  const { origin, pathname, hostname, searchParams } = new URL(visited.location ?? "");
  const { authority } = actors;
  expect(`${origin}${pathname}`).toBe(
    `${authority.url}/${authority.tenantId}/oauth2/v2.0/authorize`,
  );
  expect(hostname).not.toBe(expected.must_not_redirect_to);
  expect(searchParams.get("client_id")).toBe(TEST_CLIENT.clientId);
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

/** Expects the person to be signed in still, and the log to hold no token and no claims. */
async function expectSessionToLive(browser: HttpBrowser): Promise<void> {
  const profile = await browser.getJson("/profile");
  expect(profile).toMatchObject({ status: 200, body: { displayName: "Ada Okafor" } });
  // Tokens and encoded claims both begin like this.
  expect(actors.logLines.join()).not.toMatch(/eyJ|access_token|evil\.example/);
}

describe("a response that asks for claims", () => {
  it.each(casesOf("claims-challenge"))("sends them in a step-up: $id", async (challenge) => {
    const browser = await signInWithToken(actors);
    respondNext(challenge);
    actors.authority.nextTokenAnswers.push(NEEDS_PERSON);
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
    const browser = await signInWithToken(actors);
    respondNext(challenge);
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

describe("a response that asks for another sign-in in the words of RFC 9470", () => {
  it.each(casesOf("step-up"))("passes the words on: $id", async (challenge) => {
    const browser = await signInWithToken(actors);
    respondNext(challenge);
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

describe("a response that asks and cannot be understood", () => {
  // One session for all of them: none may end it.
  const browser = setUpForAll(() => signInWithToken(actors));

  it.each(casesOf("malformed"))("says so and asks nobody: $id", async (challenge) => {
    respondNext(challenge);
    const page = await browser.get("/payslips");
    expect(page.status).toBe(502);
    expect(page.location).toBeUndefined();
    expect(page.body).toContain("ERR_BAD_CHALLENGE");
    expect(actors.payroll.seen).toHaveLength(1);
    expect(actors.authority.seen).toEqual([]);
    await expectSessionToLive(browser);
  });
});

describe("a response that asks for nothing", () => {
  const browser = setUpForAll(() => signInWithToken(actors));

  const PAGES = new Map([
    [200, { status: 200, text: "October 2026" }],
    [401, { status: 502, text: "ERR_API_REJECTED" }],
    [403, { status: 403, text: "ERR_API_REJECTED" }],
  ]);

  it.each(casesOf("none"))("is no reason to redirect: $id", async (challenge) => {
    const { status = 401 } = challenge;
    const calls = status === 401 ? 2 : 1;
    for (let call = 0; call < calls; call += 1) respondNext(challenge);
    const expected = PAGES.get(status);
    const page = await browser.get("/payslips");
    expect(page.status).toBe(expected?.status);
    expect(page.location).toBeUndefined();
    expect(page.body).toContain(expected?.text);
    expect(actors.payroll.seen).toHaveLength(calls);
    expect(actors.authority.seen).toHaveLength(calls - 1);
    await expectSessionToLive(browser);
  });

  it.each(casesOf("none").filter(({ status = 401 }) => status === 401))(
    "is gone when a renewed token is accepted: $id",
    async (challenge) => {
      respondNext(challenge);
      const page = await browser.get("/payslips");
      expect(page.status).toBe(200);
      expect(page.body).toContain("October 2026");
      expect(actors.payroll.seen).toHaveLength(2);
      const [before, after] = actors.payroll.seen.map(({ headers }) => headers.authorization);
      expect(after).not.toBe(before);
    },
  );
});
