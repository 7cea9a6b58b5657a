import type { Request } from "express";

/** Whether the caller is a program: it wants JSON and could do nothing with a page or a redirect. */
export function wantsJson(request: Request): boolean {
  const accept = request.get("Accept") ?? "";
  return /\bapplication\/json\b/i.test(accept) && !/\btext\/html\b/i.test(accept);
}
