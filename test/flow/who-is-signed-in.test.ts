import { describe, expect, it } from "vitest";
import { makePerson } from "../support/authority-tokens.js";
import { HttpBrowser } from "../support/http-browser.js";
import { createPausedStore, type PausedStore } from "../support/paused-store.js";
import { tokenError } from "../support/authority-grants.js";
import { MINUTE_MS } from "./limits.js";
import { useFreshScriptedActors } from "./scripted-actors.js";
import { isSignedIn, leaveForAuthority, signInSomebody, takeToAuthority } from "./visits.js";

const CROSS_SITE = { "Sec-Fetch-Site": "cross-site" };
const OTHER_ORIGIN = { "Sec-Fetch-Site": "same-site" };
const HOUR_MS = 60 * MINUTE_MS;

let store: PausedStore;
const actors = useFreshScriptedActors(() => (store = createPausedStore(() => actors.clock.now())));

async function personOf(browser: HttpBrowser): Promise<string | undefined> {
  const { body } = await browser.get("/");
  return /(\w+)@contoso\.example/.exec(body)?.[1];
}

describe("a sign-in that another site starts", () => {
  it.each([CROSS_SITE, OTHER_ORIGIN])(
    "is asked about when somebody is signed in: %j",
    async (from) => {
      const browser = await signInSomebody(actors);
      const page = await browser.get("/signin?returnTo=/profile", from);
      expect(page.status).toBe(200);
      expect(page.body).toContain("ada@contoso.example");
      expect(page.body).toContain('href="/signin?returnTo=%2Fprofile"');
      expect(actors.authority.seen).toEqual([]);
      const left = await browser.get("/signin?returnTo=%2Fprofile", {
        "Sec-Fetch-Site": "same-origin",
      });
      expect(left.status).toBe(302);
    },
  );

  it("is asked about with the choice of an account, too", async () => {
    const browser = await signInSomebody(actors);
    const page = await browser.get("/signin?prompt=select_account", CROSS_SITE);
    expect(page.body).toContain("<h1>Sign in as somebody else?</h1>");
    expect(page.body).toContain('href="/signin?returnTo=%2F&amp;prompt=select_account"');
  });

  it.each([{}, { "Sec-Fetch-Site": "none" }, { "Sec-Fetch-Site": "same-origin" }])(
    "is not the one of a person: %j",
    async (from) => {
      const browser = await signInSomebody(actors);
      expect((await browser.get("/signin", from)).status).toBe(302);
    },
  );

  it("is an ordinary one when nobody is signed in", async () => {
    expect((await new HttpBrowser(actors.url).get("/signin", CROSS_SITE)).status).toBe(302);
  });
});

describe("another account that comes back from a sign-in", () => {
  it("does not end the session of whoever is signed in when it is disabled", async () => {
    const browser = await signInSomebody(actors);
    const left = await browser.get("/signin?prompt=select_account");
    actors.authority.person = makePerson("Ben");
    const back = await leaveForAuthority(browser, left);
    actors.authority.nextTokenAnswers.push(tokenError(50057, "invalid_grant"));
    await browser.get(back);
    expect(await personOf(browser)).toBe("ada");
    expect((await browser.get("/profile")).status).toBe(200);
  });

  it("does not replace somebody who did not ask to choose one", async () => {
    const browser = await signInSomebody(actors);
    actors.authority.person = makePerson("Mallory");
    const page = await takeToAuthority(browser, await browser.get("/signin?returnTo=/profile"));
    expect(page.status).toBe(403);
    expect(page.body).toContain("ERR_OTHER_ACCOUNT");
    expect(page.body).toContain("mallory@contoso.example");
    expect(page.body).toContain('href="/signin?returnTo=%2Fprofile&amp;prompt=select_account"');
    expect(await personOf(browser)).toBe("ada");
    expect(await isSignedIn(browser)).toBe(true);
    expect(await store.keysOf("tokens")).toHaveLength(1);
  });

  it("does not replace somebody who signed in after it was begun", async () => {
    const browser = new HttpBrowser(actors.url);
    actors.authority.person = makePerson("Mallory");
    const planted = await leaveForAuthority(browser, await browser.get("/signin"));
    actors.authority.person = makePerson("Ada");
    await takeToAuthority(browser, await browser.get("/signin"));
    const page = await browser.get(planted);
    expect(page.body).toContain("ERR_OTHER_ACCOUNT");
    expect(await personOf(browser)).toBe("ada");
  });

  it("replaces somebody who asked to choose one, whose tokens are deleted", async () => {
    const browser = await signInSomebody(actors);
    const former = await store.keysOf("tokens");
    actors.authority.person = makePerson("Ben");
    const left = await browser.get("/signin?prompt=select_account&returnTo=/profile");
    const arrived = await takeToAuthority(browser, left);
    expect(arrived).toMatchObject({ status: 303, location: `${actors.url}/profile` });
    expect(await personOf(browser)).toBe("ben");
    const kept = await store.keysOf("tokens");
    expect(kept).toHaveLength(1);
    expect(kept).not.toEqual(former);
  });
});

describe("the life of a session", () => {
  /** Uses the session every half an hour until then, and returns whether somebody is signed in. */
  async function useUntil(browser: HttpBrowser, untilMs: number): Promise<boolean> {
    for (; actors.clock.aheadMs < untilMs; actors.clock.aheadMs += HOUR_MS / 2) {
      if (!(await isSignedIn(browser))) return false;
    }
    actors.clock.aheadMs = untilMs;
    return isSignedIn(browser);
  }

  it("ends after eight hours, however much it is used", async () => {
    const browser = await signInSomebody(actors);
    expect(await useUntil(browser, 8 * HOUR_MS - MINUTE_MS)).toBe(true);
    expect(await useUntil(browser, 8 * HOUR_MS + MINUTE_MS)).toBe(false);
  });

  it("ends after an hour without use", async () => {
    const browser = await signInSomebody(actors);
    actors.clock.aheadMs = HOUR_MS - MINUTE_MS;
    expect(await isSignedIn(browser)).toBe(true);
    actors.clock.aheadMs += HOUR_MS + MINUTE_MS;
    expect(await isSignedIn(browser)).toBe(false);
  });

  it("is not prolonged by single sign-on", async () => {
    const browser = await signInSomebody(actors);
    const authTime = Math.floor(actors.clock.now() / 1000);
    await useUntil(browser, 7 * HOUR_MS);
    actors.authority.misissue.idToken = { auth_time: authTime };
    await takeToAuthority(browser, await browser.get("/signin"));
    expect(await useUntil(browser, 8 * HOUR_MS - MINUTE_MS)).toBe(true);
    expect(await useUntil(browser, 8 * HOUR_MS + MINUTE_MS)).toBe(false);
  });

  it("is not prolonged by a sign-in of which nothing proves an act of the person", async () => {
    const browser = await signInSomebody(actors);
    await useUntil(browser, 7 * HOUR_MS);
    await takeToAuthority(browser, await browser.get("/signin"));
    expect(await useUntil(browser, 8 * HOUR_MS + MINUTE_MS)).toBe(false);
  });

  it("begins anew when the person has authenticated again", async () => {
    const browser = await signInSomebody(actors);
    await useUntil(browser, 7 * HOUR_MS);
    actors.authority.misissue.idToken = { auth_time: Math.floor(actors.clock.now() / 1000) };
    await takeToAuthority(browser, await browser.get("/signin"));
    expect(await useUntil(browser, 15 * HOUR_MS - MINUTE_MS)).toBe(true);
    expect(await useUntil(browser, 15 * HOUR_MS + MINUTE_MS)).toBe(false);
  });
});
