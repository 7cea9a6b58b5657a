import session from "express-session";
import type { NextFunction, Request, RequestHandler, Response } from "express";
import { readPartition } from "../auth/token-partition.js";
import { SessionStore } from "../session/session-store.js";
import type { KeyValueStore } from "../store/key-value-store.js";
import type { AppContext } from "./app-context.js";

/**
 * Gives the session of each request.
 *
 * The cookie is `Lax`: with `Strict` it would be missing when the authority sends the browser back.
 * Behind https it is `__Host-`, which no subdomain can plant. Nothing is kept for a visitor who does
 * not begin to sign in.
 */
export function createSessionMiddleware({ config, store, now }: AppContext): RequestHandler[] {
  const dropEnded = createDropEndedSignIn(store);
  const isHttps = config.baseUrl.startsWith("https:");
  const sessions = session({
    name: isHttps ? "__Host-session" : "session",
    secret: [...config.sessionSecrets],
    store: new SessionStore(store, now),
    resave: false,
    saveUninitialized: false,
    cookie: { httpOnly: true, sameSite: "lax", secure: isHttps, path: "/" },
  });
  return isHttps ? [markSecure, sessions, dropEnded] : [sessions, dropEnded];
}

/**
 * Forgets who is signed in when their tokens are gone. Sign-out deletes the tokens first, so it ends
 * every id that the session has had, also one that a request under way writes a moment later.
 */
function createDropEndedSignIn(store: KeyValueStore): RequestHandler {
  return async ({ session }, _response, next) => {
    const { signedIn } = session;
    if (signedIn !== undefined && (await readPartition(store, signedIn.partition)) === undefined) {
      delete session.signedIn;
      delete session.binding;
    }
    next();
  };
}

/** TLS ends at a proxy; the configured origin is what the browser sees, whatever the proxy says. */
function markSecure(request: Request, _response: Response, next: NextFunction): void {
  Object.defineProperty(request, "secure", { value: true });
  next();
}
