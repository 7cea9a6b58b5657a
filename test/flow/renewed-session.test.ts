import { describe, expect, it } from "vitest";
import { FRESH_SIGN_IN_DEMAND } from "../support/api-responses.js";
import { HttpBrowser } from "../support/http-browser.js";
import { MINUTE_MS } from "./limits.js";
import { useScriptedActors } from "./scripted-actors.js";
import {
  isSignedIn,
  leaveForAuthority,
  leaveForStepUp,
  pausePayroll,
  signInSomebody,
} from "./visits.js";

const actors = useScriptedActors();

/** Returns a tab whose requests carry the cookies of this moment. */
function tabWithCookiesOf(browser: HttpBrowser): HttpBrowser {
  return new HttpBrowser(actors.url, new Map(browser.cookies));
}

describe("a request that was on its way with the former session id", () => {
  it("finishes its step-up within ten seconds, and finds nobody later", async () => {
    const browser = await signInSomebody(actors);
    const first = await leaveForStepUp(actors, browser, "/payslips?tab=1");
    const second = await leaveForStepUp(actors, browser, "/payslips?tab=2");
    const late = tabWithCookiesOf(browser);
    const later = tabWithCookiesOf(browser);
    expect((await browser.get(first)).location).toBe(`${actors.url}/payslips?tab=1`);
    actors.clock.aheadMs = 9_000;
    expect((await late.get(second)).location).toBe(`${actors.url}/payslips?tab=2`);
    expect(await isSignedIn(browser)).toBe(true);
    expect(await isSignedIn(late)).toBe(true);
    actors.clock.aheadMs = 10_000 + MINUTE_MS;
    expect(await isSignedIn(later)).toBe(false);
    expect(await isSignedIn(browser)).toBe(true);
  });

  it("does not make that id serve on", async () => {
    const browser = await signInSomebody(actors);
    const back = await leaveForStepUp(actors, browser);
    const slow = tabWithCookiesOf(browser);
    const pause = pausePayroll(actors, FRESH_SIGN_IN_DEMAND);
    const visit = slow.get("/payslips");
    await pause.reached;
    await browser.get(back);
    pause.resume();
    expect((await visit).status).toBe(302);
    actors.clock.aheadMs = 10_000 + MINUTE_MS;
    expect(await isSignedIn(slow)).toBe(false);
    expect(await isSignedIn(browser)).toBe(true);
  });

  it("finds nobody when that id is from before the sign-in", async () => {
    const browser = new HttpBrowser(actors.url);
    const back = await leaveForAuthority(browser, await browser.get("/signin"));
    const planted = tabWithCookiesOf(browser);
    expect((await browser.get(back)).status).toBe(303);
    expect(await isSignedIn(planted)).toBe(false);
    expect((await planted.get(back)).status).toBe(400);
    expect(await isSignedIn(browser)).toBe(true);
  });
});
