import { describe, expect, it } from "vitest";
import { tokenError } from "../support/authority-grants.js";
import { makePerson } from "../support/authority-tokens.js";
import { HttpBrowser } from "../support/http-browser.js";
import { createPausedStore, type PausedStore } from "../support/paused-store.js";
import { useFreshScriptedActors } from "./scripted-actors.js";
import {
  isSignedIn,
  leaveForAuthority,
  leaveForStepUp,
  logOutFromFrame,
  signInWithSid,
  takeToAuthority,
} from "./visits.js";

describe("the lists of sessions by person and by session of the authority", () => {
  let store: PausedStore;
  const actors = useFreshScriptedActors(() => (store = createPausedStore()));

  async function expectLists(count: number): Promise<void> {
    expect(await store.keysOf("sid")).toHaveLength(count);
    expect(await store.keysOf("sessions")).toHaveLength(count);
  }

  it("go with the last session of theirs at a sign-out", async () => {
    const browser = await signInWithSid(actors, "sid-1");
    await signInWithSid(actors, "sid-2");
    await expectLists(2);
    await browser.post("/signout");
    await expectLists(1);
  });

  it("keep the other sessions of theirs at a sign-out", async () => {
    const one = await signInWithSid(actors, "sid-1");
    const other = new HttpBrowser(actors.url);
    await takeToAuthority(other, await other.get("/signin"));
    await one.post("/signout");
    await expectLists(1);
    await logOutFromFrame(actors, { iss: actors.authority.issuer, sid: "sid-1" });
    expect(await isSignedIn(other)).toBe(false);
  });

  it("do not have a session any more whose account is disabled", async () => {
    const browser = await signInWithSid(actors, "sid-1");
    actors.authority.nextTokenAnswers.push(tokenError(50057, "invalid_grant"));
    await browser.getJson("/payslips");
    await expectLists(0);
  });

  it("do not have a session any more that another account has replaced", async () => {
    const browser = await signInWithSid(actors, "sid-1");
    actors.authority.person = makePerson("Ben");
    actors.authority.misissue.idToken = { sid: "sid-2" };
    await takeToAuthority(browser, await browser.get("/signin?prompt=select_account"));
    await expectLists(1);
    await browser.post("/signout");
    await expectLists(0);
  });

  it("follow a session that a step-up has moved to another sid", async () => {
    const browser = await signInWithSid(actors, "sid-1");
    actors.authority.misissue.idToken = { sid: "sid-2" };
    await browser.get(await leaveForStepUp(actors, browser));
    await expectLists(1);
    await browser.post("/signout");
    await expectLists(0);
  });

  it("do not have a session any more that the authority has ended, once its browser returns", async () => {
    const browser = await signInWithSid(actors, "sid-1");
    await logOutFromFrame(actors, { iss: actors.authority.issuer, sid: "sid-1" });
    expect(await isSignedIn(browser)).toBe(false);
    await expectLists(0);
  });

  it("do not have a session that a sign-out ended while it began", async () => {
    actors.authority.misissue.idToken = { sid: "sid-1" };
    const browser = new HttpBrowser(actors.url);
    const back = await leaveForAuthority(browser, await browser.get("/signin"));
    const pause = store.pauseBefore("set", "session");
    const visit = browser.get(back);
    await pause.reached;
    await browser.post("/signout");
    pause.resume();
    await visit;
    expect(await isSignedIn(browser)).toBe(false);
    await expectLists(0);
  });

  it("do not have a session that a sign-out ended during its step-up", async () => {
    const browser = await signInWithSid(actors, "sid-1");
    actors.authority.misissue.idToken = { sid: "sid-2" };
    const back = await leaveForStepUp(actors, browser);
    const pause = store.pauseBefore("replace", "session");
    const visit = browser.get(back);
    await pause.reached;
    await browser.post("/signout");
    pause.resume();
    expect((await visit).status).toBe(400);
    await expectLists(0);
  });
});
