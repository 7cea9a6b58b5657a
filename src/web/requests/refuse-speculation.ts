import type { NextFunction, Request, Response } from "express";

/** Headers with which browsers and proxies mark a request that nobody has made yet. */
const MARKS = ["Sec-Purpose", "Purpose", "X-Purpose", "X-Moz"];

/**
 * Refuses a speculative request with 503: a prefetch of `/redirect` would spend the code, one of a page
 * could begin a step-up.
 *
 * @see {@link https://wicg.github.io/nav-speculation/prefetch.html#sec-purpose-header | Sec-Purpose}
 */
export function refuseSpeculation(request: Request, response: Response, next: NextFunction): void {
  const isSpeculative = MARKS.some((name) =>
    /\b(?:prefetch|prerender|preview)\b/i.test(request.get(name) ?? ""),
  );
  if (isSpeculative) response.status(503).end();
  else next();
}
