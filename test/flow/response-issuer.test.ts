import { describe, expect, it } from "vitest";
import { startAuthority } from "../support/authority.js";
import { HttpBrowser, type Visited } from "../support/http-browser.js";
import { setUpForEach } from "../support/set-up.js";
import { startWebApp } from "../support/web-app.js";
import { PAYROLL_SCOPES, useScriptedActors } from "./scripted-actors.js";
import { isSignedIn, leaveForAuthority, takeToAuthority } from "./visits.js";

const actors = useScriptedActors();

/** Comes back from the authority with this issuer, or with none. */
async function comeBack(browser: HttpBrowser, iss: string | undefined): Promise<Visited> {
  const back = new URL(await leaveForAuthority(browser, await browser.get("/signin")));
  if (iss !== undefined) back.searchParams.set("iss", iss);
  return browser.get(back.href);
}

async function expectRefusal(iss: string | undefined): Promise<void> {
  const browser = new HttpBrowser(actors.url);
  const page = await comeBack(browser, iss);
  expect(page.status).toBe(400);
  expect(page.body).toContain("ERR_ISSUER_MISMATCH");
  expect(await isSignedIn(browser)).toBe(false);
  expect(actors.authority.requestsTo("/token")).toEqual([]);
}

describe("the issuer of an authorization response", () => {
  it("is the authority's, compared whole", async () => {
    const { issuer, url } = actors.authority;
    const others = [
      `${issuer}/`,
      issuer.toUpperCase(),
      url,
      "https://login.example.com/x/v2.0",
      " ",
    ];
    for (const iss of others) await expectRefusal(iss);
    const browser = new HttpBrowser(actors.url);
    expect((await comeBack(browser, issuer)).status).toBe(303);
    expect(await isSignedIn(browser)).toBe(true);
  });

  it("is another one when it is empty", async () => {
    await expectRefusal("");
  });

  it("may be missing where the metadata do not promise it", async () => {
    const browser = new HttpBrowser(actors.url);
    expect((await comeBack(browser, undefined)).status).toBe(303);
  });
});

describe("the issuer of an authorization response that the metadata promise", () => {
  const authority = setUpForEach(() => startAuthority());

  /** Returns the response to a sign-in without `iss`, with this promise in the metadata. */
  async function comeBackWithPromise(isPromised: boolean): Promise<Visited> {
    authority.misissue.metadata = { authorization_response_iss_parameter_supported: isPromised };
    const nowhere = "http://localhost:9";
    const apis = { graphUrl: nowhere, payrollUrl: nowhere, payrollScopes: PAYROLL_SCOPES };
    const web = await startWebApp({ surroundings: { authority, ...apis } });
    const browser = new HttpBrowser(web.url);
    const page = await takeToAuthority(browser, await browser.get("/signin"));
    await web.close();
    return page;
  }

  it("must not be missing", async () => {
    const page = await comeBackWithPromise(true);
    expect(page.status).toBe(400);
    expect(page.body).toContain("ERR_ISSUER_MISMATCH");
    expect(authority.requestsTo("/token")).toEqual([]);
  });

  it("may be missing when they say that it is never there", async () => {
    expect((await comeBackWithPromise(false)).status).toBe(303);
  });
});
