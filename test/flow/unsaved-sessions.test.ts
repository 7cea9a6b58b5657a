import { describe, expect, it } from "vitest";
import { SIGN_IN_DEMAND } from "../support/api-responses.js";
import { HttpBrowser, type Visited } from "../support/http-browser.js";
import { createPausedStore, type PausedStore } from "../support/paused-store.js";
import { useFreshScriptedActors } from "./scripted-actors.js";
import { leaveForAuthority, leaveForStepUp, signInSomebody } from "./visits.js";

let store: PausedStore;
const actors = useFreshScriptedActors(() => (store = createPausedStore()));

function expectNoRedirect(page: Visited): void {
  expect(page.status).toBe(503);
  expect(page.location).toBeUndefined();
  expect(page.body).toContain("ERR_STORE_UNAVAILABLE");
}

describe("a redirect that depends on the session", () => {
  it("does not leave for the authority when a new session cannot be saved", async () => {
    store.failAt("set", "visitor");
    expectNoRedirect(await new HttpBrowser(actors.url).get("/signin"));
  });

  it("does not leave for the authority when the transaction cannot be kept", async () => {
    store.failAt("set", "visitor-flow");
    expectNoRedirect(await new HttpBrowser(actors.url).get("/signin"));
  });

  it("does not leave for a step-up when the session cannot be saved", async () => {
    const browser = await signInSomebody(actors);
    await browser.get("/payslips");
    actors.payroll.nextAnswers.push(SIGN_IN_DEMAND);
    store.failAt("replace", "session");
    expectNoRedirect(await browser.get("/payslips"));
  });

  it("does not lead home when the session of a sign-in cannot be saved", async () => {
    const browser = new HttpBrowser(actors.url);
    const back = await leaveForAuthority(browser, await browser.get("/signin?returnTo=/profile"));
    store.failAt("set", "session");
    expectNoRedirect(await browser.get(back));
  });

  it.each(["set", "replace"] as const)(
    "does not lead back when the session of a step-up cannot be saved: %s",
    async (operation) => {
      const browser = await signInSomebody(actors);
      const back = await leaveForStepUp(actors, browser);
      store.failAt(operation, "session");
      expectNoRedirect(await browser.get(back));
    },
  );
});
