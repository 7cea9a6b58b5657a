import { describe, expect, it } from "vitest";
import { CHALLENGE, FRESH_SIGN_IN_DEMAND } from "../support/api-responses.js";
import { tokenError } from "../support/authority-grants.js";
import type { HttpBrowser } from "../support/http-browser.js";
import { MAX_STEP_UPS } from "./limits.js";
import { useScriptedActors } from "./scripted-actors.js";
import { isSignedIn, signInSomebody, takeToAuthority } from "./visits.js";

const actors = useScriptedActors();

/** Begins as many step-ups as a session may; afterwards every call of the Payroll API demands one. */
async function useUp(browser: HttpBrowser): Promise<void> {
  actors.payroll.answer = () => FRESH_SIGN_IN_DEMAND;
  for (let count = 0; count < MAX_STEP_UPS; count += 1) {
    expect((await browser.get(`/payslips?tab=${count}`)).status).toBe(302);
  }
  expect((await browser.get("/payslips")).status).toBe(429);
}

describe("the count of step-ups", () => {
  it("begins anew for a person who signs out and in again", async () => {
    const browser = await signInSomebody(actors);
    await useUp(browser);
    await browser.post("/signout");
    await takeToAuthority(browser, await browser.get("/signin"));
    const page = await browser.get("/payslips");
    expect(page.status).toBe(302);
    expect(page.location).toContain("/authorize");
  });

  it("goes on when the person has to sign in again after the authority ended their session", async () => {
    const browser = await signInSomebody(actors);
    await useUp(browser);
    actors.payroll.answer = () => CHALLENGE;
    actors.authority.nextTokenAnswers.push(tokenError(50057, "invalid_grant"));
    expect((await browser.get("/tax-forms")).status).toBe(429);
    expect(await isSignedIn(browser)).toBe(false);
    await takeToAuthority(browser, await browser.get("/signin"));
    expect(await isSignedIn(browser)).toBe(true);
    expect((await browser.get("/payslips")).status).toBe(429);
  });
});
