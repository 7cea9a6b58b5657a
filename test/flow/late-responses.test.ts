import { describe, expect, it } from "vitest";
import { HttpBrowser } from "../support/http-browser.js";
import { MINUTE_MS } from "./limits.js";
import { useScriptedActors } from "./scripted-actors.js";
import { leaveForAuthority } from "./visits.js";

const actors = useScriptedActors();

describe("a person who was at the authority for eleven minutes", () => {
  it("is led on to where they wanted to go", async () => {
    const browser = new HttpBrowser(actors.url);
    const back = await leaveForAuthority(
      browser,
      await browser.get("/payslips").then(async (to) => browser.get(to.location ?? "")),
    );
    actors.clock.aheadMs = 11 * MINUTE_MS;
    const page = await browser.get(back);
    expect(page.status).toBe(400);
    expect(page.body).toContain("ERR_FLOW_UNKNOWN");
    expect(page.body).toContain('href="/signin?returnTo=%2Fpayslips"');
    expect(actors.authority.requestsTo("/token")).toEqual([]);
  });

  it("learns nothing of another browser's way", async () => {
    const browser = new HttpBrowser(actors.url);
    const first = await browser.get("/signin?returnTo=/payslips");
    const back = await leaveForAuthority(browser, first);
    actors.clock.aheadMs = 11 * MINUTE_MS;
    const page = await new HttpBrowser(actors.url).get(back);
    expect(page.status).toBe(400);
    expect(page.body).not.toContain("payslips");
  });
});

describe("the response of the endpoint for administrators", () => {
  const GRANTED = "/redirect?admin_consent=True&tenant=8eaef023-2b34-4da1-9baa-8bc8c9d6a490";

  it.each([GRANTED, `${GRANTED}&state=12345&scope=User.Read`])(
    "is thanked for: %s",
    async (path) => {
      const page = await new HttpBrowser(actors.url).get(path);
      expect(page.status).toBe(200);
      expect(page.body).toContain("This app is approved");
    },
  );

  it.each([
    `${GRANTED}&error=access_denied&error_description=AADSTS65004%3A+Declined.`,
    `${GRANTED}&error=consent_required&error_description=AADSTS65004%3A+Declined.`,
    GRANTED.replace("True", "False"),
  ])("is explained when the administrator declined: %s", async (path) => {
    const page = await new HttpBrowser(actors.url).get(path);
    expect(page.status).toBe(403);
    expect(page.body).toContain("ERR_CANCELLED");
    expect(page.body).not.toContain("still signed in");
  });
});
