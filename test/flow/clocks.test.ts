import { describe, expect, it } from "vitest";
import { PAYSLIPS, PROFILE } from "../support/api-responses.js";
import { startAuthority } from "../support/authority.js";
import { HttpBrowser } from "../support/http-browser.js";
import { startScriptedApi } from "../support/scripted-api.js";
import { setUpForEach } from "../support/set-up.js";
import { startWebApp } from "../support/web-app.js";
import { PAYROLL_SCOPES } from "./scripted-actors.js";
import { demandStepUp } from "./visits.js";

/** Entra sets the times of a token five minutes back; an authority of other makers does not. */
const BACKDATED_SECONDS = 300;

/** The web app's clock and the seconds that it is ahead of the authority's. */
const clock = { aheadSeconds: 0, backdatedSeconds: 0 };

async function startWithClocks() {
  clock.aheadSeconds = 0;
  clock.backdatedSeconds = 0;
  const authority = await startAuthority({
    now: () => Date.now() - clock.backdatedSeconds * 1_000,
  });
  const graph = await startScriptedApi(() => ({ status: 200, body: PROFILE }));
  const payroll = await startScriptedApi(() => ({ status: 200, body: PAYSLIPS }));
  const web = await startWebApp({
    now: () => Date.now() + clock.aheadSeconds * 1_000,
    surroundings: {
      ...{ authority, graphUrl: graph.url },
      ...{ payrollUrl: payroll.url, payrollScopes: PAYROLL_SCOPES },
    },
  });
  return {
    ...{ ...web, authority, graph, payroll },
    close: async () => {
      await web.close();
      await Promise.all([authority, graph, payroll].map(({ close }) => close()));
    },
  };
}

describe("a web app whose clock is wrong", () => {
  const actors = setUpForEach(startWithClocks);

  it.each([
    [240, 0],
    [240, BACKDATED_SECONDS],
    [-240, 0],
    [-240, BACKDATED_SECONDS],
  ])(
    "signs in, renews and steps up when it is %i seconds ahead, tokens %i back",
    async (ahead, back) => {
      clock.aheadSeconds = ahead;
      clock.backdatedSeconds = back;
      const browser = new HttpBrowser(actors.url);
      expect((await browser.open("/signin?returnTo=/profile")).status).toBe(200);
      expect((await browser.get("/payslips")).status).toBe(200);
      demandStepUp(actors);
      expect((await browser.open("/payslips")).status).toBe(200);
      expect(actors.authority.requestsTo("/authorize")).toHaveLength(2);
    },
  );

  it.each([
    [-600, 0, "10 minutes behind"],
    [600, BACKDATED_SECONDS, "10 minutes ahead"],
    [4_200, 0, "70 minutes ahead"],
  ])(
    "says so at a sign-in when it is %i seconds ahead, tokens %i back",
    async (ahead, back, difference) => {
      clock.aheadSeconds = ahead;
      clock.backdatedSeconds = back;
      const browser = new HttpBrowser(actors.url);
      const page = await browser.open("/signin");
      expect(page.status).toBe(500);
      expect(page.body).toContain("ERR_CLOCK_SKEW");
      expect(page.body).toContain(difference);
      expect(actors.logLines.join("\n")).toContain('"code":"ERR_CLOCK_SKEW"');
      expect((await browser.getJson("/profile")).status).toBe(401);
    },
  );

  it("says so at a renewal, and keeps the session for when it is right again", async () => {
    const browser = new HttpBrowser(actors.url);
    await browser.open("/signin");
    clock.aheadSeconds = -600;
    const page = await browser.get("/payslips");
    expect(page.status).toBe(500);
    expect(page.body).toContain("ERR_CLOCK_SKEW");
    expect(actors.payroll.seen).toEqual([]);
    clock.aheadSeconds = 0;
    expect((await browser.get("/payslips")).status).toBe(200);
    expect(actors.authority.requestsTo("/authorize")).toHaveLength(1);
  });
});

describe("an authority that sends an ID token with wrong times", () => {
  const actors = setUpForEach(startWithClocks);

  it.each([
    ["issued an hour before the sign-in", { iat: seconds(-3_600) }],
    ["issued in an hour", { iat: seconds(3_600) }],
    ["valid in an hour", { nbf: seconds(3_600) }],
    ["expired an hour ago", { exp: seconds(-3_600) }],
  ])("is not taken for a wrong clock: %s", async (_what, claims) => {
    actors.authority.misissue.idToken = claims;
    const page = await new HttpBrowser(actors.url).open("/signin");
    expect(page.status).toBe(400);
    expect(page.body).toContain("ERR_ID_TOKEN_INVALID");
  });
});

function seconds(fromNow: number): number {
  return Math.floor(Date.now() / 1_000) + fromNow;
}
