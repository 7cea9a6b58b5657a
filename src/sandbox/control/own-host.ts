import type { RequestHandler } from "express";
import { RequestError } from "../../errors.js";

/**
 * Creates a handler that refuses requests for another host. To the browser, a page whose name was
 * pointed at 127.0.0.1 (DNS rebinding) is same-origin, but its Host header has the other name.
 */
export function requireOwnHost(ownHosts: readonly string[]): RequestHandler {
  return (request, _response, next) => {
    if (!ownHosts.includes(request.headers.host ?? "")) {
      throw new RequestError("ERR_CROSS_SITE_REQUEST", "The sandbox has another address.");
    }
    next();
  };
}

/**
 * Creates a handler that refuses a POST from another site's page. Browsers send the origin of a
 * request in `Sec-Fetch-Site` or `Origin`. Scripts outside a browser send neither; they have no
 * cookies to misuse.
 */
export function requireOwnPage(ownOrigins: readonly string[]): RequestHandler {
  return (request, _response, next) => {
    const site = request.get("sec-fetch-site") ?? "none";
    const origin = request.get("origin");
    const isOwnSite = site === "same-origin" || site === "none";
    const isOwnOrigin = origin === undefined || ownOrigins.includes(origin);
    if (request.method === "POST" && !(isOwnSite && isOwnOrigin)) {
      const message = "Only the control page's own forms are accepted here.";
      throw new RequestError("ERR_CROSS_SITE_REQUEST", message);
    }
    next();
  };
}
