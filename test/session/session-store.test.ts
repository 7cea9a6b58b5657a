import { createHash } from "node:crypto";
import type { Request } from "express";
import expressSession, { type SessionData } from "express-session";
import { beforeEach, describe, expect, it } from "vitest";
import { SessionStore } from "../../src/session/session-store.js";
import { createPausedStore, type PausedStore } from "../support/paused-store.js";
import { finish, readSession } from "./await-session.js";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const COOKIE = { httpOnly: true, path: "/" };
const ADA = { oid: "ada", tid: "contoso", displayName: "Ada", username: "ada", partition: "p" };

const clock = { now: 0 };
let store: PausedStore;
let sessions: SessionStore;

beforeEach(() => {
  clock.now = 0;
  store = createPausedStore(() => clock.now);
  sessions = new SessionStore(store, () => clock.now, COOKIE);
});

/** Returns a session as express-session creates it. */
function newSession(data: Partial<SessionData> = {}): SessionData {
  return { cookie: new expressSession.Cookie(), ...data };
}

function read(id: string): Promise<SessionData | null> {
  return readSession(sessions, id);
}

function write(id: string, session: SessionData): Promise<void> {
  return finish((done) => {
    sessions.set(id, session, done);
  });
}

function end(id: string): Promise<void> {
  return finish((done) => {
    sessions.destroy(id, done);
  });
}

describe("SessionStore", () => {
  it("returns what was kept, with the attributes of the cookie, which are not kept", async () => {
    await write("a", newSession({ createdAt: 0, binding: "b", signedIn: ADA }));
    const [key = ""] = await store.keysOf("session");
    expect(await store.get(key)).not.toContain("cookie");
    expect(await read("a")).toEqual({
      createdAt: 0,
      binding: "b",
      signedIn: ADA,
      cookie: { ...COOKIE, originalMaxAge: null },
    });
    expect(await read("b")).toBeNull();
  });

  it("keeps visitors apart from people who are signed in, and reveals no id", async () => {
    await write("id-of-a-visitor", newSession());
    expect(await store.keysOf("session")).toEqual([]);
    await write("id-of-ada", newSession({ signedIn: ADA }));
    const keys = [...(await store.keysOf("session")), ...(await store.keysOf("visitor"))];
    expect(keys).toHaveLength(2);
    expect(keys.join()).not.toMatch(/id-of/);
  });

  it("takes what cannot be read for no session", async () => {
    const name = createHash("sha256").update("a").digest("base64url");
    await store.set(`session:${name}`, "not json", 1_000);
    expect(await read("a")).toBeNull();
  });

  it.each([{ signedIn: ADA }, {}])("ends a session that is idle for an hour: %j", async (data) => {
    await write("a", newSession({ ...data, createdAt: 0 }));
    clock.now = HOUR_MS - 1;
    expect(await read("a")).not.toBeNull();
    clock.now += HOUR_MS - 1;
    expect(await read("a")).not.toBeNull();
    clock.now += HOUR_MS;
    expect(await read("a")).toBeNull();
  });

  it.each([{ signedIn: ADA }, {}])(
    "ends a session eight hours after it began, however much it is used: %j",
    async (data) => {
      await write("a", newSession({ ...data, createdAt: 0 }));
      const end = 8 * HOUR_MS;
      for (clock.now = 0; clock.now < end; clock.now += 30 * MINUTE_MS) {
        const session = await read("a");
        if (session === null) throw new Error("It ended too early");
        await write("a", session);
      }
      clock.now = end - 1;
      expect(await read("a")).not.toBeNull();
      clock.now = end;
      expect(await read("a")).toBeNull();
      clock.now = end - 1;
      expect(await read("a")).toBeNull();
    },
  );

  it("keeps a changed session no longer than it may last", async () => {
    await write("a", newSession({ createdAt: 0 }));
    clock.now = 59 * MINUTE_MS;
    await write("a", newSession({ createdAt: -7 * HOUR_MS }));
    clock.now = HOUR_MS;
    expect(await store.keysOf("visitor")).toEqual([]);
  });

  it("saves changes of a session that it has read, which live on for an hour", async () => {
    await write("a", newSession({ createdAt: 0, signedIn: ADA }));
    clock.now = 30 * MINUTE_MS;
    const session = await read("a");
    if (session === null) throw new Error("It is not there");
    session.binding = "b";
    clock.now = 50 * MINUTE_MS;
    await write("a", session);
    clock.now = 50 * MINUTE_MS + HOUR_MS - 1;
    expect(await read("a")).toMatchObject({ binding: "b" });
  });

  it.each([{ signedIn: ADA }, {}])(
    "does not restore a session that was ended while a request held it: %j",
    async (data) => {
      const session = newSession(data);
      await write("a", session);
      const held = await read("a");
      await end("a");
      await write("a", session);
      if (held !== null) await write("a", held);
      expect(await read("a")).toBeNull();
    },
  );

  it("neither extends nor changes a session whose id retires", async () => {
    const session = newSession({ createdAt: 0, signedIn: ADA });
    await write("a", session);
    const [key = ""] = await store.keysOf("session");
    const retiring = { createdAt: 0, signedIn: ADA, retiresAt: 10_000 };
    await store.set(key, JSON.stringify(retiring), 10_000);
    session.binding = "b";
    await write("a", session);
    clock.now = 9_999;
    expect(await read("a")).toMatchObject(retiring);
    expect(await read("a")).not.toHaveProperty("binding");
    clock.now = 10_000;
    expect(await store.get(key)).toBeUndefined();
    expect(await read("a")).toBeNull();
  });

  it("keeps the session of whoever a request signs out in its place", async () => {
    await write("a", newSession({ createdAt: 0, signedIn: ADA }));
    const held = await read("a");
    if (held === null) throw new Error("It is not there");
    delete held.signedIn;
    await write("a", held);
    expect(await read("a")).not.toHaveProperty("signedIn");
    const request = { sessionID: "a", sessionStore: sessions } as unknown as Request;
    const loaded = sessions.createSession(request, held);
    loaded.binding = "b";
    await write("a", loaded);
    expect(await read("a")).toMatchObject({ binding: "b" });
    expect(await store.keysOf("visitor")).toEqual([]);
  });

  it("reports what the store reports", async () => {
    const session = newSession();
    await write("a", session);
    const down = { cause: { code: "ERR_STORE_UNAVAILABLE" } };
    store.failAt("replace", "visitor");
    await expect(write("a", session)).rejects.toMatchObject(down);
    const unavailable = { ...store, getAndExtend: () => Promise.reject(new Error("down")) };
    sessions = new SessionStore(unavailable, () => clock.now, COOKIE);
    await expect(read("a")).rejects.toMatchObject({ cause: { message: "down" } });
    store.failAt("set", "visitor");
    await expect(write("b", newSession())).rejects.toMatchObject(down);
  });

  it("needs nobody who waits for the result", async () => {
    const session = newSession({ binding: "b" });
    sessions.set("a", session);
    await expect.poll(() => read("a")).toMatchObject({ binding: "b" });
    sessions.destroy("a");
    await expect.poll(() => read("a")).toBeNull();
  });
});
