import type { RequestHandler } from "express";
import { RequestError } from "../../errors.js";

/**
 * Refuses requests that were meant for another host. A page whose name was pointed at 127.0.0.1 (DNS
 * rebinding) is same-origin to the browser, but its Host header gives it away.
 */
export function requireOwnHost(ownHosts: readonly string[]): RequestHandler {
  return (request, _response, next) => {
    if (ownHosts.includes(request.headers.host ?? "")) {
      next();
      return;
    }
    throw new RequestError("ERR_CROSS_SITE_REQUEST", "The sandbox does not answer to that host.");
  };
}

/**
 * Refuses a POST that another site's page made. Browsers say where a request comes from, in
 * `Sec-Fetch-Site` or at least in `Origin`; scripts, which have no ambient power, say neither.
 */
export function requireOwnPage(ownOrigins: readonly string[]): RequestHandler {
  return (request, _response, next) => {
    const site = request.get("sec-fetch-site");
    const origin = request.get("origin");
    const isOwnSite = site === undefined || site === "same-origin" || site === "none";
    const isOwnOrigin = origin === undefined || ownOrigins.includes(origin);
    if (request.method !== "POST" || (isOwnSite && isOwnOrigin)) {
      next();
      return;
    }
    throw new RequestError(
      "ERR_CROSS_SITE_REQUEST",
      "Only the control page's own forms work here.",
    );
  };
}
