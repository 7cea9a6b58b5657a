import type { Request, Response } from "express";
import { readCookie } from "./cookies.js";

/**
 * The cookie that says that a step-up for a path has just finished. What it carried is in the store,
 * which is not asked without this cookie.
 */
const NAME = "stepped-up";

/** Sets the cookie for the path that a step-up returns to. */
export function setStepUpCookie(response: Response, returnTo: string, maxAgeMs: number): void {
  response.cookie(NAME, "1", { ...attributesOf(response, returnTo), maxAge: maxAgeMs });
}

/** Returns whether the browser has just finished a step-up for this path. */
export function hasStepUpCookie(request: Request): boolean {
  return readCookie(request, NAME) === "1";
}

/** Deletes the cookie. */
export function clearStepUpCookie(response: Response, returnTo: string): void {
  response.clearCookie(NAME, attributesOf(response, returnTo));
}

function attributesOf({ req }: Response, returnTo: string) {
  const [path] = returnTo.split("?", 1);
  return { httpOnly: true, sameSite: "lax", secure: req.secure, path } as const;
}
