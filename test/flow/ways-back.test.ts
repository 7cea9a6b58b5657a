import { describe, expect, it } from "vitest";
import { API_CLAIMS, CHALLENGE, PAYSLIPS, SIGN_IN_DEMAND } from "../support/api-responses.js";
import { makePerson } from "../support/authority-tokens.js";
import { HttpBrowser } from "../support/http-browser.js";
import { onTheWire } from "./claims-on-the-wire.js";
import { forgetReceived, useScriptedActors } from "./scripted-actors.js";
import {
  demandStepUp,
  leaveForAuthority,
  signInSomebody,
  signInWithToken,
  takeToAuthority,
} from "./visits.js";

const actors = useScriptedActors();

describe("a sign-in", () => {
  it.each([
    ...["/signin", "/signin/", "/SignIn", "/signin?returnTo=/signin", "/x/../signin"],
    ...["/redirect", "/redirect?code=x&state=y", "//evil.example", "/\\evil.example"],
    "https://evil.example/",
  ])("leads home instead of in circles or elsewhere: returnTo=%s", async (returnTo) => {
    const browser = new HttpBrowser(actors.url);
    const visited = await browser.get(`/signin?returnTo=${encodeURIComponent(returnTo)}`);
    const arrived = await takeToAuthority(browser, visited);
    expect(arrived).toMatchObject({ status: 303, location: `${actors.url}/` });
    expect(actors.authority.requestsTo("/authorize")).toHaveLength(1);
  });

  it("comes back to the page that needed it, with its query", async () => {
    const browser = new HttpBrowser(actors.url);
    const refused = await browser.get("/payslips?year=2026&month=10");
    const arrived = await takeToAuthority(browser, await browser.get(refused.location ?? ""));
    expect(arrived.location).toBe(`${actors.url}/payslips?year=2026&month=10`);
  });
});

describe("two tabs that sign in at once", () => {
  async function leaveTwice(browser: HttpBrowser): Promise<string[]> {
    const left = [
      await browser.get("/signin?returnTo=/profile"),
      await browser.get("/signin?returnTo=/payslips"),
    ];
    return Promise.all(left.map((visited) => leaveForAuthority(browser, visited)));
  }

  it.each([
    [0, 1],
    [1, 0],
  ])("each end where they wanted to go, one after the other: %i, %i", async (...order) => {
    const browser = new HttpBrowser(actors.url);
    const back = await leaveTwice(browser);
    for (const tab of order) {
      const arrived = await browser.get(back[tab] ?? "");
      expect(arrived.location).toBe(actors.url + (["/profile", "/payslips"][tab] ?? ""));
    }
    expect((await browser.getJson("/profile")).status).toBe(200);
  });

  it("each end where they wanted to go, at the same moment", async () => {
    const browser = new HttpBrowser(actors.url);
    const back = await leaveTwice(browser);
    const arrived = await Promise.all(back.map((address) => browser.get(address)));
    const locations = arrived.map(({ location }) => location);
    expect(locations).toEqual([`${actors.url}/profile`, `${actors.url}/payslips`]);
    expect((await browser.getJson("/profile")).status).toBe(200);
  });
});

describe("a step-up from which another account comes back", () => {
  it("changes nothing, and names both accounts", async () => {
    const browser = await signInWithToken(actors);
    function refreshToken(): unknown {
      return actors.authority.requestsTo("/token").at(-1)?.params.refresh_token;
    }
    demandStepUp(actors);
    const left = await browser.get("/payslips");
    const before = refreshToken();

    actors.authority.person = makePerson("Ben");
    const page = await takeToAuthority(browser, left);
    expect(page.status).toBe(403);
    expect(page.body).toContain("ERR_OTHER_ACCOUNT");
    expect(page.body).toContain("ada@contoso.example");
    expect(page.body).toContain("ben@contoso.example");

    expect((await browser.get("/")).body).not.toContain("ben@contoso.example");
    actors.payroll.nextAnswers.push(CHALLENGE);
    expect((await browser.get("/payslips")).status).toBe(302);
    expect(refreshToken()).toBe(before);
  });
});

describe("a JSON client's call", () => {
  it("is told where to sign in, and the page leads back to it", async () => {
    const browser = new HttpBrowser(actors.url);
    const refused = await browser.getJson("/payslips");
    const url = "/signin?returnTo=%2Fpayslips";
    expect(refused).toMatchObject({ status: 401, body: { code: "ERR_SIGN_IN_REQUIRED", url } });
    const arrived = await takeToAuthority(browser, await browser.get(url));
    expect(arrived.location).toBe(`${actors.url}/payslips`);
    expect(await browser.getJson("/payslips")).toEqual({ status: 200, body: PAYSLIPS });
  });

  it("is told where to step up, and the page asks for the claims of its challenge", async () => {
    const browser = await signInWithToken(actors);
    demandStepUp(actors);
    const refused = await browser.getJson("/payslips");
    const url = "/signin?returnTo=%2Fpayslips";
    expect(refused).toMatchObject({ status: 401, body: { code: "ERR_STEP_UP_REQUIRED", url } });

    forgetReceived(actors);
    const arrived = await takeToAuthority(browser, await browser.get(url));
    expect(arrived).toMatchObject({ status: 303, location: `${actors.url}/payslips` });
    const [authorization, redemption] = actors.authority.seen;
    expect(JSON.parse(authorization?.params.claims ?? "")).toEqual(onTheWire(API_CLAIMS));
    expect(redemption?.params.claims).toBe(authorization?.params.claims);
    expect(await browser.getJson("/payslips")).toEqual({ status: 200, body: PAYSLIPS });
  });

  it("asks for its claims once: a second visit of the page is a plain sign-in", async () => {
    const browser = await signInSomebody(actors);
    actors.payroll.nextAnswers.push(SIGN_IN_DEMAND);
    const { body } = await browser.getJson("/payslips");
    const { url } = body as { url: string };
    const [first, second] = [await browser.get(url), await browser.get(url)];
    expect(new URL(first.location ?? "").searchParams.get("prompt")).toBe("login");
    expect(new URL(second.location ?? "").searchParams.get("prompt")).toBeNull();
  });
});
