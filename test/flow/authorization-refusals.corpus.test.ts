import { describe, expect, it } from "vitest";
import { API_CLAIMS, PAYSLIPS } from "../support/api-responses.js";
import { HttpBrowser, type Visited } from "../support/http-browser.js";
import { onTheWire } from "./claims-on-the-wire.js";
import { expectExplanation, expectLog } from "./expect-refusal.js";
import { readRefusalCases, type RefusalCase } from "./refusal-cases.js";
import { forgetReceived, useScriptedActors } from "./scripted-actors.js";
import { demandStepUp, signInSomebody, signInWithToken, takeToAuthority } from "./visits.js";

const CASES = readRefusalCases("authorize");
const NO_STATE = new Set(["az-empty", "az-no-state"]);
const RESPONSES = CASES.filter(({ id }) => !NO_STATE.has(id));
const STRAYS = CASES.filter(({ id }) => NO_STATE.has(id));

const actors = useScriptedActors();

type Query = Readonly<Record<string, string>>;

/** Follows a redirect to the authority, which sends the browser back with this refusal. */
async function refuse(browser: HttpBrowser, visited: Visited, refusal: RefusalCase) {
  actors.authority.nextAuthorizeAnswer = refusal.body as Query;
  return takeToAuthority(browser, visited);
}

function claimsAsked({ location }: Visited): unknown {
  const { origin, searchParams } = new URL(location ?? "");
  expect(origin).toBe(actors.authority.url);
  return JSON.parse(searchParams.get("claims") ?? "");
}

/** Expects the browser to be sent once more with the same claims and then no more, or told why. */
async function expectVerdict(browser: HttpBrowser, answered: Visited, refusal: RefusalCase) {
  expectLog(actors, refusal);
  if (refusal.expect.user_status !== 302) {
    expectExplanation(answered, refusal);
    expect(actors.authority.requestsTo("/authorize")).toHaveLength(1);
    return;
  }
  expect(answered.status).toBe(302);
  const page = await refuse(browser, answered, refusal);
  expect(page.status).toBe(403);
  expect(page.body).toContain("ERR_STEP_UP_LOOP");
  const [first, second, ...more] = actors.authority.requestsTo("/authorize");
  expect(second?.params.claims).toBe(first?.params.claims);
  expect(more).toEqual([]);
}

describe("a step-up that the authority refuses in the browser", () => {
  it.each(RESPONSES)("ends where it should: $id", async (refusal) => {
    const browser = await signInWithToken(actors);
    demandStepUp(actors);
    const visited = await browser.get("/payslips");
    forgetReceived(actors);
    expect(claimsAsked(visited)).toEqual(onTheWire(API_CLAIMS));
    await expectVerdict(browser, await refuse(browser, visited, refusal), refusal);
    expect(actors.authority.requestsTo("/token")).toEqual([]);
    expect((await browser.getJson("/profile")).status).toBe(200);
    expect(await browser.getJson("/payslips")).toEqual({ status: 200, body: PAYSLIPS });
  });
});

describe("a sign-in that the authority refuses in the browser", () => {
  it.each(RESPONSES)("ends where it should: $id", async (refusal) => {
    const browser = new HttpBrowser(actors.url);
    const visited = await browser.get("/signin?returnTo=/payslips");
    forgetReceived(actors);
    await expectVerdict(browser, await refuse(browser, visited, refusal), refusal);
    expect(actors.authority.requestsTo("/token")).toEqual([]);
    expect((await browser.getJson("/profile")).status).toBe(401);
    // The refusal leaves nothing behind that keeps the next try from working.
    const again = await takeToAuthority(browser, await browser.get("/signin"));
    expect(again).toMatchObject({ status: 303, location: `${actors.url}/` });
    expect((await browser.getJson("/profile")).status).toBe(200);
  });
});

describe("a response that belongs to no request", () => {
  it.each(STRAYS)("is a page with a sign-in for who is signed out: $id", async (refusal) => {
    forgetReceived(actors);
    const query = new URLSearchParams(refusal.body as Query);
    const page = await new HttpBrowser(actors.url).get(`/redirect?${query.toString()}`);
    expect(page.status).toBe(refusal.expect.user_status);
    expect(page.location).toBeUndefined();
    expect(page.body).toContain('href="/signin"');
    expect(actors.authority.seen).toEqual([]);
  });

  it.each(STRAYS)("leads home who is signed in: $id", async (refusal) => {
    const browser = await signInSomebody(actors);
    const query = new URLSearchParams(refusal.body as Query);
    const answered = await browser.get(`/redirect?${query.toString()}`);
    expect(answered).toMatchObject({ status: 303, location: `${actors.url}/` });
    expect(actors.authority.seen).toEqual([]);
    expect((await browser.getJson("/profile")).status).toBe(200);
  });

  it("is explained when a sign-in waits for it and it says nothing", async () => {
    const browser = new HttpBrowser(actors.url);
    const visited = await browser.get("/signin");
    actors.authority.nextAuthorizeAnswer = {};
    const page = await takeToAuthority(browser, visited);
    expect(page.status).toBe(400);
    expect(page.body).toContain("ERR_INVALID_ANSWER");
  });
});
