import type { NextFunction, Request, Response } from "express";
import { wantsJson } from "../exchange.js";
import { sendSignInRequired } from "../problems/problem-page.js";
import { signInUrl } from "../return-path.js";

/** Redirects to the sign-in unless somebody is signed in; a JSON client gets 401. */
export function requireSignIn(request: Request, response: Response, next: NextFunction): void {
  if (request.session.signedIn !== undefined) {
    next();
    return;
  }
  const url = signInUrl(request.originalUrl);
  if (wantsJson(request)) sendSignInRequired(response, url);
  else response.redirect(url);
}
