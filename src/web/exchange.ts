import type { Request, Response } from "express";

/** One request and its response. */
export interface Exchange {
  readonly request: Request;
  readonly response: Response;
}

/** Returns whether the caller is a JSON client, which can use neither a page nor a redirect. */
export function wantsJson(request: Request): boolean {
  const accept = request.get("Accept") ?? "";
  return /\bapplication\/(?:problem\+)?json\b/i.test(accept) && !/\btext\/html\b/i.test(accept);
}
