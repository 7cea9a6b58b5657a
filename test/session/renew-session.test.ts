import session from "express-session";
import { describe, expect, it } from "vitest";
import { endSession, type SignedIn } from "../../src/session/session-data.js";
import { renewSession, renewSignedInSession } from "../../src/session/renew-session.js";
import { HttpBrowser } from "../support/http-browser.js";
import { setUpForEach } from "../support/set-up.js";
import { ADA, startSessionSite } from "./session-site.js";

const STEPPED_UP: SignedIn = { ...ADA, partition: "two" };

const site = setUpForEach(() => startSessionSite());

function stepUp(browser: HttpBrowser): Promise<unknown> {
  return site.visit(browser, (request) => renewSignedInSession(request, STEPPED_UP));
}

const NAME = expect.stringMatching(/^[\w-]{43}$/) as string;

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

  it("ends the session of whoever was signed out by this request in the same way", async () => {
    const browser = await site.begin();
    await site.signIn(browser);
    const former = site.tabOf(browser);
    const { nextPartition } = await site.look(browser);
    await site.visit(browser, async (request) => {
      delete request.session.signedIn;
      return renewSession(request, { keepBinding: true });
    });
    expect(await site.look(former)).toEqual({ nextPartition, retiresAt: 10_000 });
  });

  it("is none when another request has ended the session already", async () => {
    const browser = await site.begin();
    const other = site.tabOf(browser);
    expect(await site.signIn(browser)).toBe(true);
    expect(await site.signIn(other)).toBe(false);
    expect(await site.store.keysOf("session")).toHaveLength(1);
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

describe("a step-up", () => {
  async function signedIn(): Promise<HttpBrowser> {
    const browser = await site.begin();
    await site.signIn(browser);
    return browser;
  }

  it("gives the session a new id; its time and its names stay", async () => {
    const browser = await signedIn();
    const before = await site.look(browser);
    const former = site.tabOf(browser);
    site.clock.now = 1_000;
    expect(await stepUp(browser)).toBe(true);
    expect(browser.cookies).not.toEqual(former.cookies);
    expect(await site.look(browser)).toEqual({ ...before, signedIn: STEPPED_UP });
  });

  it("lets the former id finish what is on its way for ten seconds", async () => {
    const browser = await signedIn();
    const before = await site.look(browser);
    const former = site.tabOf(browser);
    site.clock.now = 1_000;
    await stepUp(browser);
    site.clock.now = 10_999;
    const successor = expect.any(String) as string;
    expect(await site.look(former)).toEqual({ ...before, retiresAt: 11_000, successor });
    site.clock.now = 11_000;
    expect(await site.look(former)).toEqual({});
    expect(await site.look(browser)).toEqual({ ...before, signedIn: STEPPED_UP });
  });

  it("continues with the id of the one before it when its own id retires", async () => {
    const browser = await signedIn();
    const late = site.tabOf(browser);
    await stepUp(browser);
    site.clock.now = 5_000;
    expect(await stepUp(late)).toBe(true);
    expect(await site.look(late)).toEqual(await site.look(browser));
    await site.visit(late, ({ session }) => (session.binding = "changed"));
    expect(await site.look(browser)).toMatchObject({ binding: "changed" });
    expect(await site.store.keysOf("session")).toHaveLength(2);
  });

  it("has no session when somebody ended it meanwhile", async () => {
    const browser = await signedIn();
    const other = site.tabOf(browser);
    site.act = async (request) => {
      const held = request.session;
      await new Promise((resolve) => held.destroy(resolve));
      request.session = held;
      return [await renewSignedInSession(request, STEPPED_UP), "session" in request];
    };
    expect((await other.get("/")).body).toBe("[false,false]");
    expect(await site.store.keysOf("session")).toEqual([]);
    expect(await site.look(other)).toEqual({});
    expect(await site.look(browser)).toEqual({});
  });

  it("has no session when the one that it would continue with has ended", async () => {
    const browser = await signedIn();
    const late = site.tabOf(browser);
    await stepUp(browser);
    await site.visit(browser, ({ session }) => endSession(session));
    expect(await stepUp(late)).toBe(false);
    expect(await site.look(browser)).toEqual({});
  });

  it("is none of a session that is kept elsewhere", async () => {
    const elsewhere = await startSessionSite(new session.MemoryStore());
    elsewhere.act = (request) => renewSignedInSession(request, ADA);
    expect((await new HttpBrowser(elsewhere.url).get("/")).status).toBe(500);
    await elsewhere.close();
  });
});
