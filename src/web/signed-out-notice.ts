import type { Request, Response } from "express";

/** Tells the home page, once, that the sign-out has worked. It says nothing about anybody. */
const COOKIE = "signed-out";
const MAX_AGE_MS = 10 * 60 * 1000;

/** Leaves the notice for the moment when the authority sends the browser back. */
export function leaveSignedOutNotice(response: Response): void {
  response.cookie(COOKIE, "1", { httpOnly: true, sameSite: "lax", maxAge: MAX_AGE_MS });
}

/** Gives the notice when there is one, and takes it away. */
export function takeSignedOutNotice(request: Request, response: Response): string | undefined {
  const cookies = (request.get("Cookie") ?? "").split(/;\s*/);
  if (!cookies.includes(`${COOKIE}=1`)) return undefined;
  response.clearCookie(COOKIE);
  return request.session.signedIn === undefined ? "You are signed out." : undefined;
}
