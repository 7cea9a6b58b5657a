import type { Request } from "express";
import { type Session, type SessionData, Store } from "express-session";
import type { KeyValueStore } from "../store/key-value-store.js";
import { updateEntry } from "../store/update-entry.js";

/** A session that is not used for this long ends. */
const IDLE_MS = 60 * 60 * 1000;

/** A session ends this long after it began, used or not. */
const SESSION_LIFETIME_MS = 8 * 60 * 60 * 1000;

type Done<Value = void> = (error?: unknown, value?: Value) => void;

/**
 * Keeps express-session's sessions in a {@link KeyValueStore}: those of people who are signed in as
 * `session:<id>`, the others as `visitor:<id>`. Anybody can begin any number of sign-ins, and a bounded
 * store must not drop a signed-in session for them.
 *
 * A session that has disappeared was ended, by a sign-out in another tab for example: a request under
 * way that still holds it does not restore it.
 */
export class SessionStore extends Store {
  /** express-session sets this. */
  declare generate: (request: Request) => void;
  readonly #store: KeyValueStore;
  readonly #now: () => number;
  /** The kind of key of each session that is known to have been in the store. */
  readonly #stored = new WeakMap<SessionData, Kind>();

  constructor(store: KeyValueStore, now: () => number) {
    super();
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
    this.#stored.set(session, kindOf(session));
    return session;
  }

  /** Gives the request a new id. The former one ends, at once or when it retires. */
  override regenerate(request: Request, done: Done): void {
    if (request.session.retiresAt === undefined) {
      super.regenerate(request, done);
      return;
    }
    this.set(request.sessionID, request.session, (error) => {
      this.generate(request);
      done(error);
    });
  }

  override set(id: string, session: SessionData, done: Done = ignore): void {
    settle(this.#set(id, session), done);
  }

  /** Does nothing: reading a session has extended its life already. */
  override touch(_id: string, _session: SessionData, done: Done = ignore): void {
    done();
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
    const session = text === undefined ? undefined : parse(text);
    if (session === undefined) return null;
    if (this.#remainingMs(session) > 0) return session;
    await this.#destroy(id);
    return null;
  }

  async #destroy(id: string): Promise<void> {
    await this.#store.delete(keyOf("session", id));
    await this.#store.delete(keyOf("visitor", id));
  }

  async #set(id: string, session: SessionData): Promise<void> {
    const value = JSON.stringify(session);
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
  return `${kind}:${id}`;
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
