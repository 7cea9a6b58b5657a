import { Store } from "express-session";
import type { SessionData } from "express-session";
import type { KeyValueStore } from "../store/key-value-store.js";

/** A session nobody uses for this long ends. */
const IDLE_MS = 60 * 60 * 1000;

/** A session ends this long after it began, used or not. */
const SESSION_LIFETIME_MS = 8 * 60 * 60 * 1000;

type Done<Value = void> = (error?: unknown, value?: Value) => void;

/** Keeps express-session's sessions in a {@link KeyValueStore}, as `session:<id>`. */
export class SessionStore extends Store {
  readonly #store: KeyValueStore;
  readonly #now: () => number;

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

  override set(id: string, session: SessionData, done: Done = ignore): void {
    const value = JSON.stringify(session);
    settle(this.#store.set(keyOf(id), value, this.#remainingMs(session)), done);
  }

  override touch(id: string, session: SessionData, done: Done = ignore): void {
    settle(this.#touch(id, session), done);
  }

  override destroy(id: string, done: Done = ignore): void {
    settle(this.#store.delete(keyOf(id)), done);
  }

  /** Never re-creates: a request under way while somebody signs out must not bring a session back. */
  async #touch(id: string, session: SessionData): Promise<void> {
    const key = keyOf(id);
    const expected = await this.#store.get(key);
    if (expected === undefined) return;
    const ttlMs = this.#remainingMs(session);
    await this.#store.replace({ key, expected, value: expected, ttlMs });
  }

  #remainingMs(session: SessionData): number {
    const endsAt = (session.createdAt ?? this.#now()) + SESSION_LIFETIME_MS;
    return Math.max(0, Math.min(IDLE_MS, endsAt - this.#now()));
  }
}

function keyOf(id: string): string {
  return `session:${id}`;
}

function ignore(): void {
  // express-session calls without a callback when nobody waits for the outcome.
}

function settle(work: Promise<void>, done: Done): void {
  work.then(() => {
    done();
  }, done);
}
