import { describe, expect, it } from "vitest";
import { HttpBrowser } from "../support/http-browser.js";
import { MAX_STEP_UPS } from "./limits.js";
import { useScriptedActors } from "./scripted-actors.js";
import { demandStepUp, leaveForAuthority, leaveForStepUp, signInSomebody } from "./visits.js";

const actors = useScriptedActors();

const MARKS = [
  { "Sec-Purpose": "prefetch" },
  { "Sec-Purpose": "prefetch;prerender" },
  { "Sec-Purpose": "prefetch;anonymous-client-ip" },
  { Purpose: "prefetch" },
  { "X-Moz": "prefetch" },
];

describe.each(MARKS)("a speculative request with %j", (headers) => {
  it("spends no code", async () => {
    const browser = await signInSomebody(actors);
    const back = await leaveForStepUp(actors, browser);
    expect((await browser.get(back, headers)).status).toBe(503);
    expect(actors.authority.requestsTo("/token")).toEqual([]);
    expect((await browser.get(back)).location).toBe(`${actors.url}/payslips`);
  });

  it("calls no API and spends nothing of the budget of step-ups", async () => {
    const browser = await signInSomebody(actors);
    for (let times = 0; times < MAX_STEP_UPS; times += 1) {
      expect((await browser.get("/payslips", headers)).status).toBe(503);
    }
    expect(actors.payroll.seen).toEqual([]);
    await browser.getJson("/payslips");
    demandStepUp(actors);
    expect((await browser.get("/payslips")).status).toBe(302);
  });

  it("pushes out no other tab's sign-in", async () => {
    const browser = new HttpBrowser(actors.url);
    const back = await leaveForAuthority(browser, await browser.get("/signin?returnTo=/profile"));
    for (let times = 0; times < 6; times += 1) {
      expect((await browser.get("/signin", headers)).status).toBe(503);
    }
    expect((await browser.get(back)).location).toBe(`${actors.url}/profile`);
  });
});
