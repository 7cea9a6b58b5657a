import session from "express-session";
import type { NextFunction, Request, RequestHandler, Response } from "express";
import { AppError } from "../../errors.js";
import { SessionStore } from "../../session/session-store.js";
import type { AppContext } from "../app-context.js";
import { cookieName } from "../cookies.js";
import { removeFromIndex } from "../signed-in-session.js";

declare module "express-serve-static-core" {
  interface Request {
    /** The tokens of the person who is signed in, as they were when the request arrived. */
    tokens?: string | undefined;
  }
}

/**
 * Creates the middleware that loads the session of each request.
 *
 * The cookie is `Lax`: a `Strict` one is missing when the authority sends the browser back. Behind
 * https it is `__Host-`, which no subdomain can plant. Nothing is kept for a visitor who does not
 * begin to sign in.
 */
export function createSessionMiddleware(
  context: Pick<AppContext, "auth" | "config" | "now" | "store">,
): RequestHandler[] {
  const { config, store, now } = context;
  const dropEnded = createDropEndedSignIn(context);
  const restrictFormerId = createRestrictFormerId(config.redirectUri);
  const isHttps = config.baseUrl.startsWith("https:");
  const cookie = { httpOnly: true, sameSite: "lax", secure: isHttps, path: "/" } as const;
  const sessions = session({
    name: cookieName("session", config.baseUrl),
    secret: [...config.sessionSecrets],
    store: new SessionStore(store, now, cookie),
    resave: false,
    saveUninitialized: false,
    cookie,
  });
  const handlers = [reportOnce(sessions), restrictFormerId, dropEnded];
  return isHttps ? [markSecure, ...handlers] : handlers;
}

/**
 * Makes express-session call the next middleware once. It calls it again, with the error, when the store
 * fails after the response has been sent. Nothing can respond then, and after a page of the last handler
 * Express would write the stack to standard error and close the connection.
 */
function reportOnce(sessions: RequestHandler): RequestHandler {
  return (request, response, next) => {
    let isLoaded = false;
    void sessions(request, response, (error?: unknown) => {
      if (isLoaded) {
        const code = error instanceof AppError ? error.code : "ERR_INTERNAL";
        request.log.error({ err: error, code }, "the session could not be stored");
        return;
      }
      isLoaded = true;
      next(error);
    });
  };
}

/**
 * Creates the middleware that signs a person out whose tokens were deleted. Sign-out deletes the
 * tokens first, so it ends every id of the session, also one that a request under way writes later. Who
 * deleted them may not have known whose they were, so the lists of sessions are put right here.
 */
function createDropEndedSignIn({
  auth,
  store,
}: Pick<AppContext, "auth" | "store">): RequestHandler {
  return async (request, _response, next) => {
    const { session } = request;
    const { signedIn } = session;
    if (signedIn !== undefined) {
      request.tokens = await auth.readTokens(signedIn.partition);
      if (request.tokens === undefined) {
        await removeFromIndex(signedIn, store);
        delete session.signedIn;
        delete session.binding;
      }
    }
    next();
  };
}

/**
 * Creates the middleware that lets a former id finish a redirect or sign out, and nothing else: the
 * session got its new id because its privileges changed (ASVS 5.0, 7.2.4).
 */
function createRestrictFormerId(redirectUri: string): RequestHandler {
  const allowed = [new URL(redirectUri).pathname, "/signout"];
  return ({ session, path }, _response, next) => {
    if (session.retiresAt !== undefined && !allowed.includes(path)) delete session.signedIn;
    next();
  };
}

/** Marks the request as secure: TLS ends at a proxy, and the configured origin decides. */
function markSecure(request: Request, _response: Response, next: NextFunction): void {
  Object.defineProperty(request, "secure", { value: true });
  next();
}
