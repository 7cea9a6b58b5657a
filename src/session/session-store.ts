import type { Request } from "express";
import { Store } from "express-session";
import type { Session, SessionData } from "express-session";
import type { KeyValueStore } from "../store/key-value-store.js";
import { updateEntry } from "../store/update-entry.js";

/** A session nobody uses for this long ends. */
const IDLE_MS = 60 * 60 * 1000;

/** A session ends this long after it began, used or not. */
const SESSION_LIFETIME_MS = 8 * 60 * 60 * 1000;

type Done<Value = void> = (error?: unknown, value?: Value) => void;

/**
 * Keeps express-session's sessions in a {@link KeyValueStore}, as `session:<id>`.
 *
 * A session that was there and is gone was ended, by a sign-out in another tab for example: a request
 * under way that still holds it never brings it back.
 */
export class SessionStore extends Store {
  /** express-session sets this. */
  declare generate: (request: Request) => void;
  readonly #store: KeyValueStore;
  readonly #now: () => number;
  /** Those that are known to have been in the store. */
  readonly #stored = new WeakSet<SessionData>();

  constructor(store: KeyValueStore, now: () => number) {
    super();
    this.#store = store;
    this.#now = now;
  }

  override get(id: string, done: (error: unknown, session?: SessionData | null) => void): void {
    this.#store.get(keyOf(id)).then(
      (text) => {
        done(null, text === undefined ? null : (JSON.parse(text) as SessionData));
      },
      (error: unknown) => {
        done(error);
      },
    );
  }

  override createSession(request: Request, data: SessionData): Session & SessionData {
    const session = super.createSession(request, data);
    this.#stored.add(session);
    return session;
  }

  /** Gives the request a new id. The former one ends, or serves on for as long as it retires. */
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

  override touch(id: string, session: SessionData, done: Done = ignore): void {
    settle(
      this.#replace(id, session, (current) => current),
      done,
    );
  }

  override destroy(id: string, done: Done = ignore): void {
    settle(this.#store.delete(keyOf(id)), done);
  }

  async #set(id: string, session: SessionData): Promise<void> {
    const value = JSON.stringify(session);
    if (this.#stored.has(session)) {
      await this.#replace(id, session, () => value);
      return;
    }
    await this.#store.set(keyOf(id), value, this.#remainingMs(session));
    this.#stored.add(session);
  }

  /**
   * Writes what `change` makes of an entry that is there, and keeps it for the session's time. One
   * that retires stays as it is, or a slow request of another tab would make it serve on.
   */
  async #replace(
    id: string,
    session: SessionData,
    change: (current: string) => string,
  ): Promise<void> {
    await updateEntry(this.#store, {
      key: keyOf(id),
      ttlMs: this.#remainingMs(session),
      change: (current) => ({
        value: current === undefined || isRetiring(current) ? undefined : change(current),
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

function keyOf(id: string): string {
  return `session:${id}`;
}

function isRetiring(text: string): boolean {
  return (JSON.parse(text) as SessionData).retiresAt !== undefined;
}

function ignore(): void {
  // express-session calls without a callback when nobody waits for the outcome.
}

function settle(work: Promise<void>, done: Done): void {
  work.then(() => {
    done();
  }, done);
}
