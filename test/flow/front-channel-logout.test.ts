import { describe, expect, it } from "vitest";
import { useActors } from "../support/actors.js";
import { HttpBrowser } from "../support/http-browser.js";
import { createPausedStore, type PausedStore } from "../support/paused-store.js";
import { useFreshScriptedActors } from "./scripted-actors.js";
import {
  isSignedIn,
  leaveForAuthority,
  leaveForStepUp,
  logOutFromFrame,
  signInSomebody,
  signInWithSid,
  takeToAuthority,
} from "./visits.js";

describe("a front-channel logout", () => {
  let store: PausedStore;
  const actors = useFreshScriptedActors(() => (store = createPausedStore()));

  it("ends every session of that sid, and no other", async () => {
    const [one, two] = [await signInWithSid(actors, "sid-1"), await signInWithSid(actors, "sid-1")];
    const other = await signInWithSid(actors, "sid-2");
    const response = await logOutFromFrame(actors, { iss: actors.authority.issuer, sid: "sid-1" });
    expect(response.status).toBe(200);
    expect(await isSignedIn(one)).toBe(false);
    expect(await isSignedIn(two)).toBe(false);
    expect(await isSignedIn(other)).toBe(true);
    expect(await store.keysOf("tokens")).toHaveLength(1);
  });

  it("may be framed by the authority alone, and is never stored", async () => {
    for (const sid of ["sid-1", ""]) {
      const { headers } = await logOutFromFrame(actors, { iss: actors.authority.issuer, sid });
      expect(headers.get("content-security-policy")).toBe(
        `default-src 'none'; object-src 'none'; base-uri 'none'; frame-ancestors ${actors.authority.url}`,
      );
      expect(headers.get("x-frame-options")).toBeNull();
      expect(headers.get("cache-control")).toBe("no-store");
      expect(headers.getSetCookie()).toEqual([]);
    }
  });

  it("changes nothing when a parameter is missing, empty, repeated, too long or another's", async () => {
    const browser = await signInWithSid(actors, "sid-1");
    const { issuer: iss } = actors.authority;
    const requests = [
      {},
      { iss },
      { sid: "sid-1" },
      { iss, sid: "" },
      { iss: "", sid: "sid-1" },
      { iss: `${iss}/`, sid: "sid-1" },
      { iss: "https://login.example.com/x/v2.0", sid: "sid-1" },
      { iss, sid: "x".repeat(257) },
      `iss=${encodeURIComponent(iss)}&sid=sid-1&sid=sid-1`,
      `iss=${encodeURIComponent(iss)}&iss=${encodeURIComponent(iss)}&sid=sid-1`,
      `iss=${encodeURIComponent(iss)}&sid[]=sid-1`,
    ];
    for (const each of requests) expect((await logOutFromFrame(actors, each)).status).toBe(400);
    expect(await store.keysOf("sid")).toHaveLength(1);
    expect(await isSignedIn(browser)).toBe(true);
  });

  it("leaves nothing among the state of people for a sid that nobody has", async () => {
    for (let count = 0; count < 20; count += 1) {
      await logOutFromFrame(actors, { iss: actors.authority.issuer, sid: `unknown-${count}` });
    }
    expect(await store.keysOf("sid")).toEqual([]);
  });

  it("is sent by GET alone", async () => {
    const browser = await signInWithSid(actors, "sid-1");
    const query = new URLSearchParams({ iss: actors.authority.issuer, sid: "sid-1" }).toString();
    for (const method of ["POST", "HEAD"]) {
      const response = await fetch(`${actors.url}/frontchannel-logout?${query}`, { method });
      expect(response.ok).toBe(false);
    }
    expect(await isSignedIn(browser)).toBe(true);
  });

  it("ends a session that a step-up has moved to another sid", async () => {
    const browser = await signInWithSid(actors, "sid-1");
    actors.authority.misissue.idToken = { sid: "sid-2" };
    await browser.get(await leaveForStepUp(actors, browser));
    await logOutFromFrame(actors, { iss: actors.authority.issuer, sid: "sid-2" });
    expect(await isSignedIn(browser)).toBe(false);
  });

  it("wins over a sign-in that is under way", async () => {
    actors.authority.misissue.idToken = { sid: "sid-1" };
    const browser = new HttpBrowser(actors.url);
    const back = await leaveForAuthority(browser, await browser.get("/signin"));
    const pause = store.pauseBefore("get", "sid");
    const visit = browser.get(back);
    await pause.reached;
    await logOutFromFrame(actors, { iss: actors.authority.issuer, sid: "sid-1" });
    pause.resume();
    expect((await visit).status).toBe(400);
    expect(await isSignedIn(browser)).toBe(false);
    expect(await store.keysOf("tokens")).toEqual([]);
  });

  it("lets the person sign in again in the same browser", async () => {
    const browser = await signInWithSid(actors, "sid-1");
    await logOutFromFrame(actors, { iss: actors.authority.issuer, sid: "sid-1" });
    actors.authority.misissue.idToken = { sid: "sid-2" };
    for (let count = 0; count < 2; count += 1) await browser.get("/signin");
    await takeToAuthority(browser, await browser.get("/signin"));
    expect(await isSignedIn(browser)).toBe(true);
  });
});

describe("a sign-out at the sandbox", () => {
  const actors = useActors();

  it("tells the app in a frame, with the sid of the session", async () => {
    const ada = await actors.signIn("Ada");
    const signOut = `${actors.sandbox.url}/${actors.sandbox.tenantId}/oauth2/v2.0/logout`;
    const cookie = [...ada.sandboxCookies].map((pair) => pair.join("=")).join("; ");
    const response = await fetch(`${signOut}?post_logout_redirect_uri=${actors.url}/`, {
      headers: { cookie },
      redirect: "manual",
    });
    expect(response.headers.get("content-security-policy")).toContain(`frame-src ${actors.url}`);
    expect(response.headers.get("refresh")).toBe(`1; url=${actors.url}/`);
    const frame = /<iframe src="([^"]+)"/.exec(await response.text())?.[1] ?? "";
    expect((await fetch(frame.replaceAll("&amp;", "&"))).status).toBe(200);
    expect((await ada.getJson("/profile")).status).toBe(401);
  });
});

describe("the eleventh session of a person", () => {
  const actors = useFreshScriptedActors();

  it("ends the oldest one, and nobody else's", async () => {
    const others = await signInSomebody(actors);
    const browsers = [await signInSomebody(actors)];
    for (let count = 1; count < 11; count += 1) {
      const browser = new HttpBrowser(actors.url);
      await takeToAuthority(browser, await browser.get("/signin"));
      browsers.push(browser);
    }
    const signedIn = await Promise.all(browsers.map((browser) => isSignedIn(browser)));
    expect(signedIn).toEqual([false, ...Array.from({ length: 10 }, () => true)]);
    expect(await isSignedIn(others)).toBe(true);
  });
});
