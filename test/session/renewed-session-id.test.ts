import session from "express-session";
import { describe, expect, it } from "vitest";
import { endSession, type SignedIn } from "../../src/session/session-data.js";
import { renewSignedInSession } from "../../src/session/session-store.js";
import { HttpBrowser } from "../support/http-browser.js";
import { setUpForEach } from "../support/set-up.js";
import { ADA, startSessionSite } from "./session-site.js";

const STEPPED_UP: SignedIn = { ...ADA, partition: "two" };

const site = setUpForEach(() => startSessionSite());

function stepUp(browser: HttpBrowser): Promise<unknown> {
  return site.visit(browser, (request) => renewSignedInSession(request, STEPPED_UP));
}

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
