import { describe, expect, it } from "vitest";
import { FRESH_SIGN_IN_DEMAND } from "../support/api-responses.js";
import { makePerson } from "../support/authority-tokens.js";
import { HttpBrowser } from "../support/http-browser.js";
import { IBAN } from "../support/ibans.js";
import { createPausedStore } from "../support/paused-store.js";
import { MINUTE_MS } from "./limits.js";
import { forgetReceived, startScriptedActors, useScriptedActors } from "./scripted-actors.js";
import {
  isSignedIn,
  leaveForAuthority,
  leaveForStepUp,
  pausePayroll,
  signInSomebody,
  takeToAuthority,
} from "./visits.js";

const actors = useScriptedActors();

/** Returns a tab whose requests carry the cookies of this moment. */
function tabWithCookiesOf(browser: HttpBrowser): HttpBrowser {
  return new HttpBrowser(actors.url, new Map(browser.cookies));
}

/** Returns the session cookies of a browser; a step-up's own cookie is another in each tab. */
function sessionsOf({ cookies }: HttpBrowser): readonly string[] {
  return [...cookies].filter(([name]) => name.startsWith("session")).map(([, value]) => value);
}

describe("a request that was on its way with the former session id", () => {
  it("finishes its step-up within ten seconds, and gets the id that the browser has", async () => {
    const browser = await signInSomebody(actors);
    const first = await leaveForStepUp(actors, browser, "/payslips?tab=1");
    const second = await leaveForStepUp(actors, browser, "/payslips?tab=2");
    const late = tabWithCookiesOf(browser);
    expect((await browser.get(first)).location).toBe(`${actors.url}/payslips?tab=1`);
    actors.clock.aheadMs = 9_000;
    expect((await late.get(second)).location).toBe(`${actors.url}/payslips?tab=2`);
    expect(sessionsOf(late)).toEqual(sessionsOf(browser));
    expect(await isSignedIn(browser)).toBe(true);
  });

  it("finishes nothing once the ten seconds are over", async () => {
    const browser = await signInSomebody(actors);
    const first = await leaveForStepUp(actors, browser, "/payslips?tab=1");
    const second = await leaveForStepUp(actors, browser, "/payslips?tab=2");
    const late = tabWithCookiesOf(browser);
    await browser.get(first);
    actors.clock.aheadMs = 11_000;
    expect((await late.get(second)).status).toBe(400);
    expect(await isSignedIn(late)).toBe(false);
    expect(await isSignedIn(browser)).toBe(true);
  });

  it("is nobody's on every page, and the session goes on with its new id", async () => {
    const browser = await signInSomebody(actors);
    const back = await leaveForStepUp(actors, browser);
    const former = tabWithCookiesOf(browser);
    await browser.get(back);
    forgetReceived(actors);
    for (const path of ["/payslips", "/profile", "/bank-account"]) {
      expect((await former.get(path)).location).toContain("/signin");
      expect((await former.getJson(path)).status).toBe(401);
    }
    expect((await former.postJson("/bank-account", { iban: IBAN })).status).toBe(401);
    expect((await former.get("/")).body).not.toContain("Sign out");
    expect([...actors.payroll.seen, ...actors.graph.seen]).toEqual([]);
    expect(await isSignedIn(browser)).toBe(true);
  });

  it("signs out, which ends the new id, too", async () => {
    const browser = await signInSomebody(actors);
    const back = await leaveForStepUp(actors, browser);
    const former = tabWithCookiesOf(browser);
    await browser.get(back);
    expect((await former.post("/signout")).status).toBe(303);
    expect(await isSignedIn(browser)).toBe(false);
  });

  it("does not replace the person by another one", async () => {
    const browser = await signInSomebody(actors);
    const other = await browser.get("/signin?prompt=select_account");
    const step = await leaveForStepUp(actors, browser);
    const former = tabWithCookiesOf(browser);
    await browser.get(step);
    actors.authority.person = makePerson("Mallory");
    const page = await takeToAuthority(former, other);
    expect(page.status).toBe(403);
    expect(page.body).toContain("ERR_OTHER_ACCOUNT");
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
    expect(await isSignedIn(slow)).toBe(false);
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

  it("cannot finish a sign-in of its own when it is from before the sign-in", async () => {
    const browser = new HttpBrowser(actors.url);
    const back = await leaveForAuthority(browser, await browser.get("/signin"));
    const planted = tabWithCookiesOf(browser);
    const other = await leaveForAuthority(planted, await planted.get("/signin"));
    await browser.get(back);
    expect((await planted.get(other)).status).toBe(400);
    expect(await isSignedIn(planted)).toBe(false);
  });
});

describe("two step-ups of one session that finish at the same moment", () => {
  it.each(["set", "replace"] as const)("leave one id (before %s)", async (operation) => {
    const store = createPausedStore();
    const own = await startScriptedActors(store);
    const browser = await signInSomebody(own);
    const first = await leaveForStepUp(own, browser, "/payslips?tab=1");
    const second = await leaveForStepUp(own, browser, "/payslips?tab=2");
    const tabs = [first, second].map((back) => {
      const tab = new HttpBrowser(own.url, new Map(browser.cookies));
      return { tab, back };
    });
    const pause = store.pauseBefore(operation, "session");
    const visits = tabs.map(({ tab, back }) => tab.get(back));
    await pause.reached;
    await Promise.race(visits);
    pause.resume();
    expect((await Promise.all(visits)).map(({ status }) => status)).toEqual([303, 303]);
    const [one, other] = tabs.map(({ tab }) => sessionsOf(tab));
    expect(one).toHaveLength(1);
    expect(one).toEqual(other);
    expect(one).not.toEqual(sessionsOf(browser));
    for (const { tab } of tabs) expect(await isSignedIn(tab)).toBe(true);
    expect(await isSignedIn(browser)).toBe(false);
    await own.close();
  });
});
