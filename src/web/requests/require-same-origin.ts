import type { RequestHandler } from "express";
import { RequestError } from "../../errors.js";

/**
 * Creates the middleware that refuses a form from another site.
 *
 * `SameSite=Lax` is not enough: another port or subdomain is another origin but the same site. A
 * caller that sends neither header is no browser, so nobody else can use its session.
 *
 * The handler throws RequestError `ERR_CROSS_SITE_REQUEST`.
 *
 * @see {@link https://www.w3.org/TR/fetch-metadata/ | Fetch Metadata}
 */
export function createRequireSameOrigin(baseUrl: string): RequestHandler {
  const { origin: ownOrigin } = new URL(baseUrl);

  return (request, _response, next) => {
    const isSafe = ["GET", "HEAD", "OPTIONS"].includes(request.method);
    const site = request.get("Sec-Fetch-Site");
    const origin = request.get("Origin");
    const isOurs =
      site === undefined
        ? origin === undefined || origin === ownOrigin
        : site === "same-origin" || site === "none";
    if (isSafe || isOurs) next();
    else throw new RequestError("ERR_CROSS_SITE_REQUEST", "Another site sent this form.");
  };
}
