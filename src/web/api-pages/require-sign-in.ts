import type { NextFunction, Request, Response } from "express";
import { readReturnPath } from "../return-path.js";
import { wantsJson } from "../exchange.js";

/** Sends whoever is not signed in to the sign-in, and back here afterwards. Programs get 401. */
export function requireSignIn(request: Request, response: Response, next: NextFunction): void {
  if (request.session.signedIn !== undefined) {
    next();
    return;
  }
  const url = signInUrl(request.originalUrl);
  if (wantsJson(request)) response.status(401).json({ code: "ERR_SIGN_IN_REQUIRED", url });
  else response.redirect(url);
}

/** Gives the path that signs in and comes back to `returnTo`. */
export function signInUrl(returnTo: string): string {
  return `/signin?returnTo=${encodeURIComponent(readReturnPath(returnTo))}`;
}
