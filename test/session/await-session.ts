import type { SessionData, Store } from "express-session";

/** Reads a session; null when there is none. */
export function readSession(sessions: Store, id: string): Promise<SessionData | null> {
  return new Promise((resolve, reject) => {
    sessions.get(id, (error, session) => {
      if (error === null) resolve(session ?? null);
      else reject(new Error("It failed", { cause: error }));
    });
  });
}

/** Waits until an operation of a session store has called back. */
export function finish(work: (done: (error?: unknown) => void) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    work((error) => {
      if (error === undefined) resolve();
      else reject(new Error("It failed", { cause: error }));
    });
  });
}
