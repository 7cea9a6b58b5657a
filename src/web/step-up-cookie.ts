import { createHash } from "node:crypto";
import type { CookieOptions, Request, Response } from "express";
import type { Config } from "../config/config.js";
import { cookieName, readCookie } from "./cookies.js";

/** What the names of these cookies begin with. */
const PREFIX = "stepped-up-";

/** Characters of the digest in the name. Of two paths with the same one, the store tells them apart. */
const DIGEST_CHARACTERS = 16;

/** The path that a step-up returns to, at an app. */
interface SteppedUp extends Pick<Config, "baseUrl"> {
  readonly returnTo: string;
}

/**
 * Sets the cookie that says that a step-up for a path has just finished. What it carried is in the
 * store, which is not asked without this cookie.
 *
 * Each path has a cookie of its own, since two tabs may step up at once. Its name has a digest of the
 * path instead of the cookie's `Path`, which `__Host-` forbids.
 */
export function setStepUpCookie(response: Response, steppedUp: SteppedUp, maxAgeMs: number): void {
  response.cookie(nameOf(steppedUp), "1", { ...attributesOf(steppedUp), maxAge: maxAgeMs });
}

/** Returns whether the browser has just finished a step-up for this path. */
export function hasStepUpCookie(request: Request, steppedUp: SteppedUp): boolean {
  // Most requests have none, and need no digest.
  if (request.headers.cookie?.includes(PREFIX) !== true) return false;
  return readCookie(request, nameOf(steppedUp)) === "1";
}

/** Deletes the cookie. */
export function clearStepUpCookie(response: Response, steppedUp: SteppedUp): void {
  response.clearCookie(nameOf(steppedUp), attributesOf(steppedUp));
}

function nameOf({ baseUrl, returnTo }: SteppedUp): string {
  const digest = createHash("sha256").update(returnTo).digest("base64url");
  return cookieName(`${PREFIX}${digest.slice(0, DIGEST_CHARACTERS)}`, baseUrl);
}

function attributesOf({ baseUrl }: SteppedUp): CookieOptions {
  return { httpOnly: true, sameSite: "lax", secure: baseUrl.startsWith("https:"), path: "/" };
}
