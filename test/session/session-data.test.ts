import session from "express-session";
import { describe, expect, it } from "vitest";
import { bindingOf, endSession, ownerOf, saveSession } from "../../src/session/session-data.js";
import { HttpBrowser } from "../support/http-browser.js";
import { setUpForEach } from "../support/set-up.js";
import { ADA, startSessionSite } from "./session-site.js";

const site = setUpForEach(() => startSessionSite());

const NAME = expect.stringMatching(/^[\w-]{43}$/) as string;

describe("a session that begins", () => {
  it("has a time and names of its own, which stay", async () => {
    site.clock.now = 1_000;
    const browser = await site.begin();
    const before = await site.look(browser);
    expect(before).toEqual({ createdAt: 1_000, binding: NAME, nextPartition: NAME });
    site.clock.now = 2_000;
    await site.visit(browser, ({ session }) => bindingOf(session, () => site.clock.now));
    expect(await site.look(browser)).toEqual(before);
    expect(await site.look(await site.begin())).not.toMatchObject(before);
  });
});

describe("a sign-in", () => {
  it("gives the session a new id and a new binding; its time stays", async () => {
    const browser = await site.begin();
    const before = await site.look(browser);
    const planted = site.tabOf(browser);
    site.clock.now = 1_000;
    await site.signIn(browser);
    expect(browser.cookies).not.toEqual(planted.cookies);
    const after = await site.look(browser);
    expect(after).toEqual({ createdAt: 0, binding: NAME, nextPartition: NAME, signedIn: ADA });
    expect(after.binding).not.toBe(before.binding);
    expect(after.nextPartition).not.toBe(before.nextPartition);
  });

  it("keeps the binding when it shall, so that other tabs can finish what they began", async () => {
    const browser = await site.begin();
    const { binding } = await site.look(browser);
    await site.signIn(browser, true);
    expect(await site.look(browser)).toMatchObject({ binding });
  });

  it("begins a session where there was none, and keeps nothing of that", async () => {
    const browser = new HttpBrowser(site.url);
    await site.signIn(browser, true);
    expect(await site.look(browser)).toEqual({ binding: NAME, nextPartition: NAME, signedIn: ADA });
    expect(await site.store.keysOf("visitor")).toEqual([]);
  });

  it("leaves of the former id the name of the tokens for ten seconds, and nothing else", async () => {
    const browser = await site.begin();
    const planted = site.tabOf(browser);
    const { nextPartition } = await site.look(browser);
    await site.signIn(browser);
    site.clock.now = 9_999;
    expect(await site.look(planted)).toEqual({ nextPartition, retiresAt: 10_000 });
    site.clock.now = 10_000;
    expect(await site.look(planted)).toEqual({});
    expect(await site.store.keysOf("visitor")).toEqual([]);
  });

  it("ends the session of whoever was signed in before in the same way", async () => {
    const browser = await site.begin();
    await site.signIn(browser);
    const former = site.tabOf(browser);
    const { nextPartition } = await site.look(browser);
    await site.signIn(browser);
    expect(await site.look(former)).toEqual({ nextPartition, retiresAt: 10_000 });
    site.clock.now = 10_000;
    expect(await site.look(former)).toEqual({});
    expect(await site.look(browser)).toMatchObject({ signedIn: ADA });
  });

  it("fails when the store does", async () => {
    const browser = await site.begin();
    site.store.failAt("replace", "visitor");
    expect(await site.signIn(browser)).toMatchObject({ code: "ERR_STORE_UNAVAILABLE" });
    site.store.failAt("set", "session");
    expect(await site.signIn(new HttpBrowser(site.url))).toMatchObject({
      code: "ERR_STORE_UNAVAILABLE",
    });
  });
});

describe("the owner of what a session begins", () => {
  it.each([
    ["a visitor", {}, true],
    ["somebody who is signed in", { signedIn: ADA }, false],
    ["somebody whose account was disabled", { wasSignedIn: true }, false],
  ])("is its binding and %s", (_who, data, isVisitor) => {
    const kept = { cookie: new session.Cookie(), binding: "browser-a", ...data };
    expect(ownerOf(kept, Date.now)).toEqual({ binding: "browser-a", isVisitor });
  });
});

describe("endSession", () => {
  it("ends the session", async () => {
    const browser = await site.begin();
    await site.visit(browser, ({ session }) => endSession(session));
    expect(await site.look(browser)).toEqual({});
    expect(await site.store.keysOf("visitor")).toEqual([]);
  });
});

describe("a failure of another store", () => {
  class FailingStore extends session.MemoryStore {
    override set(_id: string, _session: session.SessionData, done?: (error?: unknown) => void) {
      done?.(new TypeError("the cause"));
    }
  }

  it("is the cause of an error of its own", async () => {
    const failing = await startSessionSite(new FailingStore());
    failing.act = ({ session }) => saveSession(session);
    const { status, body } = await new HttpBrowser(failing.url).get("/");
    expect(status).toBe(500);
    expect(JSON.parse(body)).toEqual({ cause: "the cause" });
    await failing.close();
  });
});
