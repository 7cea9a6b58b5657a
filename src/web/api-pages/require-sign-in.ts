import type { NextFunction, Request, Response } from "express";
import { wantsJson } from "../exchange.js";
import { signInUrl } from "../return-path.js";

/** Redirects to the sign-in unless somebody is signed in; a JSON client gets 401. */
export function requireSignIn(request: Request, response: Response, next: NextFunction): void {
  if (request.session.signedIn !== undefined) {
    next();
    return;
  }
  const url = signInUrl(request.originalUrl);
  if (wantsJson(request)) response.status(401).json({ code: "ERR_SIGN_IN_REQUIRED", url });
  else response.redirect(url);
}
