import { describe, expect, it } from "vitest";
import { SIGN_IN_DEMAND } from "../support/api-responses.js";
import { makePerson } from "../support/authority-tokens.js";
import type { Pause } from "../support/gate.js";
import { HttpBrowser, type Visited } from "../support/http-browser.js";
import { createPausedStore, type PausedStore } from "../support/paused-store.js";
import { setUpForEach } from "../support/set-up.js";
import { useFreshScriptedActors } from "./scripted-actors.js";
import {
  leaveForAuthority,
  leaveForStepUp,
  pausePayroll,
  signInSomebody,
  takeToAuthority,
} from "./visits.js";

describe("a sign-out in another tab", () => {
  let store: PausedStore;
  const actors = useFreshScriptedActors(() => (store = createPausedStore()));
  const browser = setUpForEach(() => signInSomebody(actors));

  async function signOut(): Promise<void> {
    expect((await browser.post("/signout")).status).toBe(303);
  }

  /** Signs out once the operation of the pause has begun, then lets it go on. */
  async function signOutDuring(pause: Pause, visit: Promise<Visited>): Promise<Visited> {
    await pause.reached;
    await signOut();
    pause.resume();
    return visit;
  }

  async function expectNobodySignedIn(): Promise<void> {
    expect(await store.keysOf("tokens")).toEqual([]);
    const profile = await browser.getJson("/profile");
    expect(profile).toMatchObject({ status: 401, body: { code: "ERR_SIGN_IN_REQUIRED" } });
  }

  it("wins over a tab that is at the authority: its code is not redeemed", async () => {
    const back = await leaveForStepUp(actors, browser);
    await signOut();
    const redemptions = actors.authority.requestsTo("/token").length;
    const page = await browser.get(back);
    expect(page.status).toBe(400);
    expect(page.body).toContain("ERR_SIGNED_OUT_MEANWHILE");
    expect(actors.authority.requestsTo("/token")).toHaveLength(redemptions);
    await expectNobodySignedIn();
  });

  it("wins over a code that is being redeemed", async () => {
    const back = await leaveForStepUp(actors, browser);
    const page = await signOutDuring(store.pauseBefore("replace", "tokens"), browser.get(back));
    expect(page.status).toBe(400);
    expect(page.body).toContain("ERR_SIGNED_OUT_MEANWHILE");
    await expectNobodySignedIn();
  });

  // The former session retires by a replacement; the renewed one is set.
  it.each(["replace", "set"] as const)(
    "wins over a step-up whose tokens are kept already (before %s)",
    async (operation) => {
      const back = await leaveForStepUp(actors, browser);
      await signOutDuring(store.pauseBefore(operation, "session"), browser.get(back));
      await expectNobodySignedIn();
    },
  );

  it.each(["replace", "set"] as const)(
    "wins over the same person's sign-in in another tab (before %s)",
    async (operation) => {
      const back = await leaveForAuthority(browser, await browser.get("/signin"));
      await signOutDuring(store.pauseBefore(operation, "session"), browser.get(back));
      await expectNobodySignedIn();
    },
  );

  it.each([
    ["replace", "tokens"],
    ["get", "visitor-closed"],
    ["replace", "session"],
    ["set", "session"],
  ] as const)(
    "wins over another account's sign-in in another tab (before %s %s)",
    async (operation, kind) => {
      const left = await browser.get("/signin?prompt=select_account");
      actors.authority.person = makePerson("Ben");
      const back = await leaveForAuthority(browser, left);
      await signOutDuring(store.pauseBefore(operation, kind), browser.get(back));
      await expectNobodySignedIn();
    },
  );

  it.each([
    ["replace", "tokens"],
    ["get", "visitor-closed"],
    ["replace", "visitor"],
    ["set", "session"],
  ] as const)(
    "wins over a first sign-in in another tab (before %s %s)",
    async (operation, kind) => {
      await signOut();
      const back = await leaveForAuthority(browser, await browser.get("/signin"));
      await signOutDuring(store.pauseBefore(operation, kind), browser.get(back));
      await expectNobodySignedIn();
    },
  );

  it("wins over a first sign-in whose response is on its way", async () => {
    await signOut();
    const back = await leaveForAuthority(browser, await browser.get("/signin"));
    const other = new HttpBrowser(actors.url, new Map(browser.cookies));
    await browser.get(back);
    expect((await other.post("/signout")).status).toBe(303);
    await expectNobodySignedIn();
  });

  it("does not stop the next sign-in", async () => {
    await signOut();
    await signOut();
    await takeToAuthority(browser, await browser.get("/signin"));
    expect((await browser.getJson("/profile")).status).toBe(200);
  });

  it("wins over a silent token request", async () => {
    const pause = store.pauseBefore("replace", "tokens");
    const page = await signOutDuring(pause, browser.get("/payslips"));
    expect(page.status).toBe(200);
    await expectNobodySignedIn();
  });

  it("wins over a call that begins a step-up", async () => {
    const pause = pausePayroll(actors, SIGN_IN_DEMAND);
    const left = await signOutDuring(pause, browser.get("/payslips"));
    await expectNobodySignedIn();
    if (left.location !== undefined) {
      const page = await takeToAuthority(browser, left);
      expect(page.status).toBe(400);
    }
    await expectNobodySignedIn();
  });

  it("leaves a restored tab at the sign-in", async () => {
    await signOut();
    const page = await browser.get("/payslips");
    expect(page.status).toBe(302);
    expect(page.location).toBe(`${actors.url}/signin?returnTo=%2Fpayslips`);
    await expectNobodySignedIn();
  });
});
