import type { Request } from "express";

/**
 * Returns whether a page of another origin sent the browser here, be it through redirects. Unlike a link
 * of this app, an address that the person typed or a bookmark.
 */
export function isFromAnotherOrigin(request: Request): boolean {
  return ["cross-site", "same-site"].includes(request.get("Sec-Fetch-Site") ?? "");
}
