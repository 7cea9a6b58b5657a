import { describe, expect, it } from "vitest";
import { CHALLENGE, challengeFor, FRESH_SIGN_IN_DEMAND } from "../support/api-responses.js";
import { tokenError } from "../support/authority-grants.js";
import type { HttpBrowser, Visited } from "../support/http-browser.js";
import type { ScriptedAnswer } from "../support/scripted-api.js";
import { MAX_STEP_UPS, MINUTE_MS } from "./limits.js";
import { forgetReceived, useScriptedActors } from "./scripted-actors.js";
import { signInSomebody, signInWithToken } from "./visits.js";

const actors = useScriptedActors();

/** An API that challenges every request. */
interface InsatiableApi {
  /** Returns its response to a request; they are counted from 1. */
  readonly answer: (asked: number) => ScriptedAnswer;
  /** How often a person is sent to the authority for one action: once for each demand, twice at most. */
  readonly rounds: 1 | 2;
}

const APIS: Readonly<Record<string, InsatiableApi>> = {
  "asks for the same for ever": { answer: () => CHALLENGE, rounds: 1 },
  "asks for a time that never comes": {
    answer: () => challengeFor({ access_token: { nbf: { essential: true, value: "9999999999" } } }),
    rounds: 1,
  },
  "asks for something else each time": {
    answer: (asked) =>
      challengeFor({ access_token: { acrs: { essential: true, value: `c${asked % 90}` } } }),
    rounds: 2,
  },
  "asks in the words of RFC 9470": { answer: () => FRESH_SIGN_IN_DEMAND, rounds: 1 },
  "alternates between two ways of asking": {
    answer: (asked) => (asked % 2 === 0 ? CHALLENGE : FRESH_SIGN_IN_DEMAND),
    rounds: 2,
  },
};

function challengeAlways(answer: (asked: number) => ScriptedAnswer): void {
  let asked = 0;
  actors.payroll.answer = () => answer((asked += 1));
}

function authorizations(): number {
  return actors.authority.requestsTo("/authorize").length;
}

function expectLoopPage(page: Visited): void {
  expect(page.status).toBe(403);
  expect(page.body).toContain("ERR_STEP_UP_LOOP");
}

function expectTooMany(page: Visited): void {
  expect(page.status).toBe(429);
  expect(page.headers.get("retry-after")).toBe("300");
  expect(page.body).toContain("ERR_TOO_MANY_STEP_UPS");
}

/** Expects one of the pages that stop a loop: the demand repeats, or the budget is used up. */
function expectStopped(page: Visited): void {
  if (page.status === 403) expectLoopPage(page);
  else expectTooMany(page);
}

async function expectSessionToLive(browser: HttpBrowser): Promise<void> {
  expect((await browser.getJson("/profile")).status).toBe(200);
}

describe.each(Object.entries(APIS))("an API that %s", (_name, { answer, rounds }) => {
  it("sends a person to the authority once for each demand, then explains", async () => {
    const browser = await signInSomebody(actors);
    challengeAlways(answer);
    expectLoopPage(await browser.open("/payslips"));
    expect(authorizations()).toBe(rounds);
    expect(actors.payroll.seen.length).toBeLessThanOrEqual(6);
    expect(actors.authority.requestsTo("/token").length).toBeLessThanOrEqual(6);
    await expectSessionToLive(browser);
  });

  it("sends a person to the authority five times in five minutes, then no more", async () => {
    const browser = await signInSomebody(actors);
    challengeAlways(answer);
    for (let tries = 0; tries < MAX_STEP_UPS + 3; tries += 1) {
      expectStopped(await browser.open("/payslips"));
    }
    expect(authorizations()).toBe(MAX_STEP_UPS);
    expectTooMany(await browser.get("/tax-forms"));
    actors.clock.aheadMs = 5 * MINUTE_MS;
    expect((await browser.get("/tax-forms")).status).toBe(302);
    await expectSessionToLive(browser);
  });

  it("sends a JSON client's person to the authority five times, then no more", async () => {
    const browser = await signInSomebody(actors);
    challengeAlways(answer);
    for (let tries = 0; tries < MAX_STEP_UPS + 3; tries += 1) {
      const refused = await browser.getJson("/payslips");
      expect(refused).toMatchObject({ status: 401, body: { code: "ERR_STEP_UP_REQUIRED" } });
      const { url } = refused.body as { url: string };
      expectStopped(await browser.open(url));
    }
    expect(authorizations()).toBe(MAX_STEP_UPS);
    await expectSessionToLive(browser);
  });

  it("is reported to a JSON client that has just stepped up", async () => {
    const browser = await signInSomebody(actors);
    challengeAlways(answer);
    for (let round = 0; round < rounds; round += 1) {
      const { url } = (await browser.getJson("/payslips")).body as { url: string };
      const back = await browser.atSandbox((await browser.get(url)).location ?? "");
      expect((await browser.get(back)).status).toBe(303);
    }
    const refused = await browser.getJson("/payslips");
    expect(refused).toMatchObject({ status: 403, body: { code: "ERR_STEP_UP_LOOP" } });
    expect(authorizations()).toBe(rounds);
  });
});

describe("an API that accepts the step-up", () => {
  it("costs each new action a round of its own and no more", async () => {
    const browser = await signInSomebody(actors);
    for (const path of ["/payslips", "/payslips?year=2025", "/payslips?year=2024"]) {
      forgetReceived(actors);
      actors.payroll.nextAnswers.push(FRESH_SIGN_IN_DEMAND);
      expect((await browser.open(path)).status).toBe(200);
      expect(authorizations()).toBe(1);
      expect(actors.payroll.seen).toHaveLength(2);
    }
  });
});

describe("an authority that calls the account disabled and signs it in again", () => {
  it("is asked once, then the page says whose move it is", async () => {
    const browser = await signInWithToken(actors);
    challengeAlways(() => {
      actors.authority.nextTokenAnswers.push(tokenError(50057, "invalid_grant"));
      return CHALLENGE;
    });
    const page = await browser.open("/payslips");
    expect(page.status).toBe(403);
    expect(page.body).toContain("ERR_ACCOUNT_DISABLED");
    expect(authorizations()).toBe(1);
    expect((await browser.getJson("/profile")).status).toBe(401);
  });
});
