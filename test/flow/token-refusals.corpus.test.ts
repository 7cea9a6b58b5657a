import { describe, expect, it } from "vitest";
import { API_CLAIMS, CHALLENGE, PAYSLIPS } from "../support/api-responses.js";
import { tokenError } from "../support/authority-grants.js";
import type { HttpBrowser, Visited } from "../support/http-browser.js";
import type { SeenRequest } from "../support/listen.js";
import { onTheWire } from "./claims-on-the-wire.js";
import { expectExplanation, expectLog } from "./expect-refusal.js";
import { readRefusalCases, type RefusalCase, responseOf } from "./refusal-cases.js";
import { forgetReceived, useScriptedActors } from "./scripted-actors.js";
import { signInSomebody, signInWithToken, takeToAuthority } from "./visits.js";

const CASES = readRefusalCases("token");

const actors = useScriptedActors();

function tokenRequests(): readonly SeenRequest[] {
  return actors.authority.requestsTo("/token");
}

/** Makes the authority refuse that many token requests like this. */
function refuseWith(refusal: RefusalCase, tries: number): void {
  for (let count = 0; count < tries; count += 1) {
    actors.authority.nextTokenAnswers.push(responseOf(refusal));
  }
}

/** Expects the browser to be sent to the authority with these claims, or told why not. */
function expectVerdict(visited: Visited, refusal: RefusalCase, claims: unknown): void {
  expectLog(actors, refusal);
  if (refusal.expect.user_status !== 302) {
    expectExplanation(visited, refusal);
    return;
  }
  expect(visited.status).toBe(302);
  const { origin, pathname, searchParams } = new URL(visited.location ?? "");
  const { url, tenantId } = actors.authority;
  expect(`${origin}${pathname}`).toBe(`${url}/${tenantId}/oauth2/v2.0/authorize`);
  expect(JSON.parse(searchParams.get("claims") ?? "")).toEqual(onTheWire(claims));
}

async function expectSession(browser: HttpBrowser, { expect: expected }: RefusalCase) {
  const profile = await browser.getJson("/profile");
  if (expected.keep_session) {
    expect(profile).toMatchObject({ status: 200, body: { displayName: "Ada Okafor" } });
  } else {
    expect(profile).toMatchObject({ status: 401, body: { code: "ERR_SIGN_IN_REQUIRED" } });
  }
}

/** Returns the claims of the refusal and of the API, merged. */
function joinedWithApiClaims({ expect: { claims } }: RefusalCase): unknown {
  return {
    ...claims,
    access_token: { ...API_CLAIMS.access_token, ...claims?.["access_token"] },
  };
}

describe("a silent token request that is refused", () => {
  it.each(CASES.filter(({ grant }) => grant === "refresh_token"))(
    "ends where it should: $id",
    async (refusal) => {
      const { auto_retries: retries, claims } = refusal.expect;
      const browser = await signInSomebody(actors);
      refuseWith(refusal, 1 + retries);
      const visited = await browser.get("/payslips");
      expectVerdict(visited, refusal, claims);
      expect(actors.waits).toHaveLength(retries);
      expect(actors.waits[0] ?? Infinity).toBeGreaterThanOrEqual(
        (refusal.expect.retry_after_s ?? 0) * 1000,
      );
      const sent = tokenRequests().map(({ params }) => params.refresh_token);
      expect(sent).toHaveLength(1 + retries);
      expect(new Set(sent).size).toBe(1);
      expect(actors.payroll.seen).toEqual([]);
      await expectSession(browser, refusal);

      // A dead refresh token is not sent again, nor is one before the pause that was asked for.
      forgetReceived(actors);
      const next = await browser.getJson("/payslips");
      const { keep_session: isSignedIn, drop_refresh_token: isDead, message } = refusal.expect;
      const isPaused = message === "loop" || (refusal.expect.retry_after_s ?? 0) > 0;
      const isSent = isSignedIn && isDead !== true && !isPaused;
      expect(tokenRequests()).toHaveLength(isSent ? 1 : 0);
      expect(next.status).toBe(isSent ? 200 : isPaused ? 503 : 401);
    },
  );
});

describe("a silent token request after the authority asked for a pause", () => {
  const pause = CASES.find(({ expect: { message } }) => message === "loop");

  it("is sent when five minutes have passed", async () => {
    const browser = await signInSomebody(actors);
    refuseWith(pause as RefusalCase, 1);
    expect((await browser.get("/payslips")).status).toBe(503);
    actors.clock.aheadMs = 240_000;
    expect((await browser.get("/payslips")).status).toBe(503);
    expect(tokenRequests()).toHaveLength(1);
    actors.clock.aheadMs = 300_000;
    expect((await browser.get("/payslips")).status).toBe(200);
    expect(tokenRequests()).toHaveLength(2);
  });
});

describe("a silent token request after the authority said when to come back", () => {
  it.each(["429-retry-after", "503-retry-after"])("is sent then, not before: %s", async (id) => {
    const refusal = CASES.find((each) => each.id === id) as RefusalCase;
    const seconds = refusal.expect.retry_after_s ?? 0;
    const browser = await signInSomebody(actors);
    refuseWith(refusal, 1 + refusal.expect.auto_retries);
    expect((await browser.get("/payslips")).headers.get("Retry-After")).toBe(String(seconds));
    forgetReceived(actors);
    actors.clock.aheadMs = seconds * 1_000 - 1_000;
    expect((await browser.get("/payslips")).status).toBe(503);
    expect(tokenRequests()).toEqual([]);
    actors.clock.aheadMs = seconds * 1_000;
    expect((await browser.get("/payslips")).status).toBe(200);
    expect(tokenRequests()).toHaveLength(1);
  });
});

describe("a silent token request for an account that is gone", () => {
  it("ends the session although no sign-in mends it", async () => {
    const browser = await signInSomebody(actors);
    actors.authority.nextTokenAnswers.push(
      tokenError(50057, "invalid_grant", { suberror: "message_only" }),
    );
    const page = await browser.get("/payslips");
    expect(page.status).toBe(403);
    expect(page.body).toContain("ERR_ACCOUNT_DISABLED");
    expect((await browser.getJson("/profile")).status).toBe(401);
  });
});

describe("a silent token request with an API's claims that is refused", () => {
  it.each(CASES)("ends where it should: $id", async (refusal) => {
    const browser = await signInWithToken(actors);
    actors.payroll.nextAnswers.push(CHALLENGE);
    refuseWith(refusal, 1 + refusal.expect.auto_retries);
    const visited = await browser.get("/payslips");
    expectVerdict(visited, refusal, joinedWithApiClaims(refusal));
    expect(tokenRequests()).toHaveLength(1 + refusal.expect.auto_retries);
    expect(actors.payroll.seen).toHaveLength(1);
    await expectSession(browser, refusal);
  });
});

describe("a code that is not redeemed", () => {
  /** Steps somebody up whose code the authority refuses like this. */
  async function refuseCode(refusal: RefusalCase): Promise<[HttpBrowser, Visited]> {
    const browser = await signInWithToken(actors);
    actors.payroll.nextAnswers.push(CHALLENGE);
    const visited = await browser.get("/payslips");
    forgetReceived(actors);
    refuseWith(refusal, 1);
    return [browser, await takeToAuthority(browser, visited)];
  }

  it.each(CASES)("is sent once and ends where it should: $id", async (refusal) => {
    const [browser, visited] = await refuseCode(refusal);
    expectVerdict(visited, refusal, joinedWithApiClaims(refusal));
    expect(tokenRequests()).toHaveLength(1);
    expect(actors.waits).toEqual([]);
    await expectSession(browser, refusal);
  });

  const restarted = CASES.filter(({ grant }) => grant === "authorization_code");

  it.each(restarted)("is asked for once more, then explained: $id", async (refusal) => {
    const [browser, visited] = await refuseCode(refusal);
    refuseWith(refusal, 1);
    const page = await takeToAuthority(browser, visited);
    expect(page.status).toBe(403);
    expect(page.body).toContain("ERR_STEP_UP_LOOP");
    expect(actors.authority.requestsTo("/authorize")).toHaveLength(2);
    expect(tokenRequests()).toHaveLength(2);
  });

  it.each(restarted)("is redeemed when the authority gives another: $id", async (refusal) => {
    const [browser, visited] = await refuseCode(refusal);
    const redeemed = await takeToAuthority(browser, visited);
    expect(redeemed).toMatchObject({ status: 303, location: `${actors.url}/payslips` });
    expect(await browser.getJson("/payslips")).toEqual({ status: 200, body: PAYSLIPS });
  });
});
