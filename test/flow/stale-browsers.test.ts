import { describe, expect, it } from "vitest";
import { HttpBrowser, type Visited } from "../support/http-browser.js";
import { MINUTE_MS } from "./limits.js";
import { forgetReceived, useScriptedActors } from "./scripted-actors.js";
import { isSignedIn, leaveForAuthority, leaveForStepUp, signInSomebody } from "./visits.js";

const actors = useScriptedActors();

/** Begins a sign-in and returns the address that leads back. */
async function leaveForSignIn(browser: HttpBrowser): Promise<string> {
  const visited = await browser.get("/signin?returnTo=/profile");
  const back = await leaveForAuthority(browser, visited);
  forgetReceived(actors);
  return back;
}

function redemptions(): number {
  return actors.authority.requestsTo("/token").length;
}

function expectSignInPage(page: Visited): void {
  expect(page.status).toBe(400);
  expect(page.location).toBeUndefined();
  expect(page.body).toContain("ERR_FLOW_UNKNOWN");
  expect(page.body).toContain('href="/signin"');
}

describe("the address that the authority sends the browser to", () => {
  it("signs in once, however often it is opened at once", async () => {
    const browser = new HttpBrowser(actors.url);
    const back = await leaveForSignIn(browser);
    const opened = await Promise.all(Array.from({ length: 50 }, () => browser.get(back)));
    const arrived = opened.filter(({ location }) => location === `${actors.url}/profile`);
    expect(arrived).toHaveLength(1);
    for (const each of opened) {
      if (each.location === undefined) expectSignInPage(each);
      else expect(new URL(each.location).origin).toBe(actors.url);
    }
    expect(redemptions()).toBe(1);
    expect(await isSignedIn(browser)).toBe(true);
  });

  it("steps up once, however often it is opened at once", async () => {
    const browser = await signInSomebody(actors);
    const back = await leaveForStepUp(actors, browser);
    const opened = await Promise.all(Array.from({ length: 50 }, () => browser.get(back)));
    const paths = opened.map(({ location }) => new URL(location ?? "").pathname);
    expect(paths.filter((path) => path === "/payslips")).toHaveLength(1);
    expect(paths.filter((path) => path === "/")).toHaveLength(49);
    expect(redemptions()).toBe(1);
    expect(await isSignedIn(browser)).toBe(true);
  });

  it("leads home when it is reloaded, or to the sign-in once signed out", async () => {
    const browser = new HttpBrowser(actors.url);
    const back = await leaveForSignIn(browser);
    await browser.get(back);
    const again = await browser.get(back);
    expect(again).toMatchObject({ status: 303, location: `${actors.url}/` });
    await browser.post("/signout");
    const page = await browser.get(back);
    expect(page).toMatchObject({ status: 400, location: undefined });
    expect(page.body).toContain("ERR_SIGNED_OUT_MEANWHILE");
    expect(redemptions()).toBe(1);
  });

  it("takes GET only, and any other method leaves the code unspent", async () => {
    const browser = new HttpBrowser(actors.url);
    const back = await leaveForSignIn(browser);
    expect((await browser.post(back)).status).toBe(405);
    expect(redemptions()).toBe(0);
    expect((await browser.get(back)).status).toBe(303);
  });
});

describe("a flow that was left alone", () => {
  it("is dropped for newer ones, and the newest still works", async () => {
    const browser = new HttpBrowser(actors.url);
    const neighbour = new HttpBrowser(actors.url);
    const neighbours = await leaveForSignIn(neighbour);
    const first = await leaveForSignIn(browser);
    for (let count = 0; count < 48; count += 1) await browser.get("/signin");
    const last = await leaveForSignIn(browser);
    expectSignInPage(await browser.get(first));
    expect(redemptions()).toBe(0);
    expect((await browser.get(last)).location).toBe(`${actors.url}/profile`);
    expect((await neighbour.get(neighbours)).location).toBe(`${actors.url}/profile`);
  });

  it("is over after ten minutes", async () => {
    const visitor = new HttpBrowser(actors.url);
    const signIn = await leaveForSignIn(visitor);
    const person = await signInSomebody(actors);
    const stepUp = await leaveForStepUp(actors, person);
    actors.clock.aheadMs = 10 * MINUTE_MS;
    expectSignInPage(await visitor.get(signIn));
    const answered = await person.get(stepUp);
    expect(answered).toMatchObject({ status: 303, location: `${actors.url}/` });
    expect(redemptions()).toBe(0);
    expect(await isSignedIn(person)).toBe(true);
  });

  it("is over when the cookies were cleared in between", async () => {
    const person = await signInSomebody(actors);
    const back = await leaveForStepUp(actors, person);
    person.cookies.clear();
    expectSignInPage(await person.get(back));
    expect(redemptions()).toBe(0);
    expect(await isSignedIn(person)).toBe(false);
  });

  it("is not finished in another browser, and stays for its own", async () => {
    const person = await signInSomebody(actors);
    const back = await leaveForStepUp(actors, person);
    expectSignInPage(await new HttpBrowser(actors.url).get(back));
    expect(redemptions()).toBe(0);
    expect((await person.get(back)).location).toBe(`${actors.url}/payslips`);
  });
});
