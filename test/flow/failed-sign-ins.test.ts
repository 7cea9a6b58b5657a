import { describe, expect, it } from "vitest";
import { makePerson } from "../support/authority-tokens.js";
import { HttpBrowser } from "../support/http-browser.js";
import { createPausedStore, type PausedStore } from "../support/paused-store.js";
import { useFreshScriptedActors } from "./scripted-actors.js";
import { isSignedIn, leaveForAuthority, signInSomebody, takeToAuthority } from "./visits.js";

let store: PausedStore;
const actors = useFreshScriptedActors(() => (store = createPausedStore()));

/** Where a sign-in can fail between the creation of its tokens and the end. */
const FAILURES = [
  ["get", "visitor-closed"],
  ["replace", "sid"],
  ["get", "visitor-ended-sid"],
  ["replace", "sessions"],
  ["replace", "visitor"],
  ["set", "session"],
] as const;

describe("a first sign-in that fails after its tokens were kept", () => {
  it.each(FAILURES)("leaves no tokens, and can be repeated: %s %s", async (operation, kind) => {
    actors.authority.misissue.idToken = { sid: "sid-1" };
    const browser = new HttpBrowser(actors.url);
    const back = await leaveForAuthority(browser, await browser.get("/signin"));
    store.failAt(operation, kind);
    const page = await browser.get(back);
    expect(page.status).toBe(503);
    expect(page.body).toContain("ERR_STORE_UNAVAILABLE");
    store.mend();
    for (const left of ["tokens", "sessions", "sid", "session"]) {
      expect(await store.keysOf(left)).toEqual([]);
    }
    expect(await isSignedIn(browser)).toBe(false);

    await takeToAuthority(browser, await browser.get("/signin"));
    expect(await isSignedIn(browser)).toBe(true);
    expect(await store.keysOf("tokens")).toHaveLength(1);
  });

  it("can be repeated even when the store did not delete them", async () => {
    const browser = new HttpBrowser(actors.url);
    const back = await leaveForAuthority(browser, await browser.get("/signin"));
    store.failAt("replace", "sessions");
    store.failAt("delete", "tokens");
    expect((await browser.get(back)).status).toBe(503);
    store.mend();
    await takeToAuthority(browser, await browser.get("/signin"));
    expect(await isSignedIn(browser)).toBe(true);
    await browser.post("/signout");
    expect(await store.keysOf("tokens")).toEqual([]);
  });
});

describe("a sign-in with another account that fails after its tokens were kept", () => {
  it("leaves none of them, and the former person signed in", async () => {
    const browser = await signInSomebody(actors);
    const kept = await store.keysOf("tokens");
    const left = await browser.get("/signin?prompt=select_account");
    actors.authority.person = makePerson("Ben");
    const back = await leaveForAuthority(browser, left);
    store.failAt("replace", "sessions");
    expect((await browser.get(back)).status).toBe(503);
    store.mend();
    expect(await store.keysOf("tokens")).toEqual(kept);
    expect((await browser.get("/profile")).status).toBe(200);
  });
});

/** Begins sign-ins in two tabs of one visitor; the second tab has the cookies of now. */
async function leaveInTwoTabs() {
  const browser = new HttpBrowser(actors.url);
  const backs: string[] = [];
  for (const path of ["/profile", "/payslips"]) {
    const left = await browser.get(`/signin?returnTo=${path}`);
    backs.push(await leaveForAuthority(browser, left));
  }
  const [first = "", second = ""] = backs;
  return { browser, first, late: new HttpBrowser(actors.url, new Map(browser.cookies)), second };
}

describe("two first sign-ins of one person in two tabs, of which one fails", () => {
  it("leave the other one's session, which a sign-out ends", async () => {
    const { browser, first, late, second } = await leaveInTwoTabs();
    const pause = store.pauseBefore("replace", "tokens");
    const visit = late.get(second);
    await pause.reached;
    await browser.get(first);
    store.failAt("replace", "sessions");
    pause.resume();
    expect((await visit).status).toBe(503);
    store.mend();
    expect(await isSignedIn(browser)).toBe(true);
    await browser.post("/signout");
    expect(await store.keysOf("tokens")).toEqual([]);
  });
});

describe("two first sign-ins of one person in two tabs that finish at the same moment", () => {
  it.each([
    ["replace", "tokens"],
    ["replace", "visitor"],
  ] as const)("leave one session id (before %s %s)", async (operation, kind) => {
    const { browser, first, late, second } = await leaveInTwoTabs();
    const pause = store.pauseBefore(operation, kind);
    const visit = late.get(second);
    await pause.reached;
    await browser.get(first);
    pause.resume();
    expect((await visit).status).toBe(303);
    expect(await isSignedIn(browser)).toBe(true);
    expect(await store.keysOf("session")).toHaveLength(1);
    expect(await isSignedIn(late)).toBe(false);
    await browser.post("/signout");
    expect(await store.keysOf("tokens")).toEqual([]);
  });
});
