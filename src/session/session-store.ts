import { hash } from "node:crypto";
import type { Request } from "express";
import { type CookieOptions, type Session, type SessionData, Store } from "express-session";
import type { KeyValueStore } from "../store/key-value-store.js";
import { updateEntry } from "../store/update-entry.js";
import type { SignedIn } from "./session-data.js";

/** A session that is not used for this long ends. */
const IDLE_MS = 60 * 60 * 1000;

/** How long the former id of a session is known, in milliseconds. */
const RETIREMENT_MS = 10_000;

/** A session ends this long after it began, used or not. */
const SESSION_LIFETIME_MS = 8 * 60 * 60 * 1000;

type Done<Value = void> = (error?: unknown, value?: Value) => void;

/**
 * Keeps express-session's sessions in a {@link KeyValueStore}: those of people who are signed in as
 * `session:<hash of the id>`, the others as `visitor:<hash of the id>`. Anybody can begin any number of
 * sign-ins, and a bounded store must not drop a signed-in session for them. The store does not reveal
 * the ids.
 *
 * A session that has disappeared was ended, by a sign-out in another tab for example: a request under
 * way that still holds it does not restore it.
 *
 * The cookie's attributes are the same for all sessions, so they are not stored. There is no `touch`:
 * reading a session extends its life.
 */
export class SessionStore extends Store {
  /** express-session sets this. */
  declare generate: (request: Request) => void;
  readonly #store: KeyValueStore;
  readonly #now: () => number;
  readonly #cookie: CookieOptions;
  /** The kind of key of each session that is known to have been in the store. */
  readonly #stored = new WeakMap<SessionData, Kind>();

  constructor(store: KeyValueStore, now: () => number, cookie: CookieOptions) {
    super();
    this.#cookie = cookie;
    this.#store = store;
    this.#now = now;
  }

  override get(id: string, done: (error: unknown, session?: SessionData | null) => void): void {
    this.#get(id).then(
      (session) => {
        done(null, session);
      },
      (error: unknown) => {
        done(error);
      },
    );
  }

  override createSession(request: Request, data: SessionData): Session & SessionData {
    const session = super.createSession(request, data);
    this.#stored.set(session, this.#stored.get(data) ?? kindOf(session));
    return session;
  }

  /**
   * Replaces the session of the request with a new, empty one. The former one ends: of it only the name of
   * the tokens is kept for ten seconds, so that a sign-out that is on its way with the former id ends the new session.
   *
   * Returns false when another request has ended the former session already.
   */
  async replaceSession(request: Request): Promise<boolean> {
    const { session, sessionID: id } = request;
    const isFirst = await updateEntry(this.#store, {
      key: keyOf(this.#stored.get(session) ?? kindOf(session), id),
      ttlMs: RETIREMENT_MS,
      change: (current) => {
        // Nothing was stored of it, so nobody else has it.
        if (current === undefined) return { value: undefined, result: true };
        const former = JSON.parse(current) as SessionData;
        if (former.retiresAt !== undefined) return { value: undefined, result: false };
        const { nextPartition } = former;
        const retiresAt = this.#now() + RETIREMENT_MS;
        return { value: JSON.stringify({ nextPartition, retiresAt }), result: true };
      },
    });
    this.generate(request);
    return isFirst;
  }

  /**
   * Assigns a new id to the session of somebody who stays signed in. The former id retires: for ten seconds
   * it may finish a redirect that is on its way, as another tab's may be.
   *
   * One id follows another: of parallel renewals the first counts, and the others continue with its id.
   * Returns false when the session was ended in the meantime; then the request has no session.
   */
  async succeed(request: Request, signedIn: SignedIn): Promise<boolean> {
    const { sessionID: formerId, session: former } = request;
    const { binding, createdAt, nextPartition } = former as SessionData;
    this.generate(request);
    const newId = request.sessionID;
    Object.assign(request.session, { binding, createdAt, nextPartition, signedIn });
    // Saved before the former id names it: another tab may continue with it at once.
    await this.#set(newId, request.session);
    const successor = await this.#retire(formerId, newId);
    if (successor === newId) return true;
    await this.#destroy(newId);
    const kept = successor === undefined ? null : await this.#get(successor);
    if (successor === undefined || kept === null) {
      Reflect.deleteProperty(request, "session");
      return false;
    }
    request.sessionID = successor;
    this.createSession(request, kept);
    return true;
  }

  /** Makes an id retire; returns the one that has replaced it, or undefined when the session was ended. */
  async #retire(id: string, newId: string): Promise<string | undefined> {
    return updateEntry(this.#store, {
      key: keyOf("session", id),
      ttlMs: RETIREMENT_MS,
      change: (current) => {
        if (current === undefined) return { value: undefined, result: undefined };
        const session = JSON.parse(current) as SessionData;
        if (session.successor !== undefined) return { value: undefined, result: session.successor };
        const retiresAt = this.#now() + RETIREMENT_MS;
        const retiring = { ...session, retiresAt, successor: newId };
        return { value: JSON.stringify(retiring), result: newId };
      },
    });
  }

  override set(id: string, session: SessionData, done: Done = ignore): void {
    settle(this.#set(id, session), done);
  }

  override destroy(id: string, done: Done = ignore): void {
    settle(this.#destroy(id), done);
  }

  /**
   * Reads a session and extends its life, but not beyond its end or its retirement; an unreadable one
   * does not exist.
   */
  async #get(id: string): Promise<SessionData | null> {
    const kept = await this.#store.getAndExtend(keyOf("session", id), IDLE_MS);
    const text = kept ?? (await this.#store.getAndExtend(keyOf("visitor", id), IDLE_MS));
    const found = text === undefined ? undefined : parse(text);
    if (text === undefined || found === undefined) return null;
    const session = Object.assign(found, { cookie: { ...this.#cookie, originalMaxAge: null } });
    const kind = kept === undefined ? "visitor" : "session";
    this.#stored.set(session, kind);
    const remainingMs = this.#remainingMs(session);
    if (remainingMs === 0) {
      await this.#destroy(id);
      return null;
    }
    if (session.retiresAt !== undefined) {
      // Its life must not be extended; in the same operation it would cost every other session one.
      const key = keyOf(kind, id);
      await this.#store.replace({ key, expected: text, value: text, ttlMs: remainingMs });
    }
    return session;
  }

  async #destroy(id: string): Promise<void> {
    await this.#store.delete(keyOf("session", id));
    await this.#store.delete(keyOf("visitor", id));
  }

  async #set(id: string, session: SessionData): Promise<void> {
    const value = JSON.stringify({ ...session, cookie: undefined });
    if (this.#stored.has(session)) {
      await this.#replace(id, session, value);
      return;
    }
    const kind = kindOf(session);
    await this.#store.set(keyOf(kind, id), value, this.#remainingMs(session));
    this.#stored.set(session, kind);
  }

  /**
   * Changes an existing entry and extends its life. A retiring one stays as it is, or a slow request
   * of another tab would extend it.
   */
  async #replace(id: string, session: SessionData, value: string): Promise<void> {
    await updateEntry(this.#store, {
      key: keyOf(this.#stored.get(session) ?? kindOf(session), id),
      ttlMs: this.#remainingMs(session),
      change: (current) => ({
        value: current === undefined || isRetiring(current) ? undefined : value,
        result: undefined,
      }),
    });
  }

  #remainingMs(session: SessionData): number {
    const now = this.#now();
    const endsAt = (session.createdAt ?? now) + SESSION_LIFETIME_MS;
    const retiresAt = session.retiresAt ?? Infinity;
    return Math.max(0, Math.min(IDLE_MS, endsAt - now, retiresAt - now));
  }
}

type Kind = "session" | "visitor";

function kindOf({ signedIn }: SessionData): Kind {
  return signedIn === undefined ? "visitor" : "session";
}

function keyOf(kind: Kind, id: string): string {
  return `${kind}:${hash("sha256", id, "base64url")}`;
}

function parse(text: string): SessionData | undefined {
  try {
    return JSON.parse(text) as SessionData;
  } catch {
    return undefined;
  }
}

function isRetiring(text: string): boolean {
  return (JSON.parse(text) as SessionData).retiresAt !== undefined;
}

function ignore(): void {
  // express-session passes no callback when it does not need the result.
}

function settle(work: Promise<void>, done: Done): void {
  work.then(() => {
    done();
  }, done);
}
