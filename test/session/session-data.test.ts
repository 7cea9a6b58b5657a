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

describe("a store that reports no error as null", () => {
  class NullStore extends session.MemoryStore {
    override set(_id: string, _session: session.SessionData, done?: (error?: unknown) => void) {
      done?.(null);
    }
  }

  it("has saved the session", async () => {
    const other = await startSessionSite(new NullStore());
    other.act = ({ session }) => saveSession(session);
    expect((await new HttpBrowser(other.url).get("/")).status).toBe(200);
    await other.close();
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
