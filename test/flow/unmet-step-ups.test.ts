import { describe, expect, it } from "vitest";
import { FRESH_SIGN_IN_DEMAND, SIGN_IN_DEMAND } from "../support/api-responses.js";
import type { HttpBrowser, Visited } from "../support/http-browser.js";
import { useScriptedActors } from "./scripted-actors.js";
import { isSignedIn, signInWithToken, takeToAuthority } from "./visits.js";

const actors = useScriptedActors();

const ACR_DEMAND = {
  status: 401,
  headers: {
    "WWW-Authenticate": 'Bearer error="insufficient_user_authentication", acr_values="phr gold"',
  },
};

function seconds(): number {
  return Math.floor(actors.clock.now() / 1000);
}

/** Steps up for this demand; the ID token then has these claims. */
async function stepUp(
  browser: HttpBrowser,
  demand: typeof ACR_DEMAND | typeof SIGN_IN_DEMAND,
  claims: Readonly<Record<string, unknown>>,
): Promise<Visited> {
  actors.payroll.nextAnswers.push(demand);
  const left = await browser.get("/payslips");
  actors.authority.misissue.idToken = claims;
  return takeToAuthority(browser, left);
}

describe("a step-up whose ID token shows that it was not met", () => {
  it.each([
    ["max_age", FRESH_SIGN_IN_DEMAND, () => ({ auth_time: seconds() - 75 })],
    ["prompt=login", SIGN_IN_DEMAND, () => ({ auth_time: seconds() - 20 })],
    ["acr_values", ACR_DEMAND, () => ({ acr: "silver" })],
  ])("is refused with a page, and its tokens are dropped: %s", async (_name, demand, claims) => {
    const browser = await signInWithToken(actors);
    const page = await stepUp(browser, demand, claims());
    expect(page.status).toBe(403);
    expect(page.body).toContain("ERR_STEP_UP_NOT_MET");
    expect(page.location).toBeUndefined();
    expect(await isSignedIn(browser)).toBe(true);
    const before = actors.payroll.seen.at(-1)?.headers.authorization;
    await browser.get("/payslips");
    expect(actors.payroll.seen.at(-1)?.headers.authorization).toBe(before);
  });

  it.each([
    ["max_age", FRESH_SIGN_IN_DEMAND, () => ({ auth_time: seconds() - 30 })],
    ["prompt=login", SIGN_IN_DEMAND, () => ({ auth_time: seconds() })],
    ["acr_values", ACR_DEMAND, () => ({ acr: "gold" })],
    ["claims that the authority does not send", ACR_DEMAND, () => ({})],
  ])("is none when it was met: %s", async (_name, demand, claims) => {
    const browser = await signInWithToken(actors);
    const page = await stepUp(browser, demand, claims());
    expect(page).toMatchObject({ status: 303, location: `${actors.url}/payslips` });
  });
});
