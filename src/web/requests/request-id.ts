import { randomUUID } from "node:crypto";
import type { Request, RequestHandler } from "express";
import type { Logger } from "../../log.js";
import type { AppContext } from "../app-context.js";

declare module "express-serve-static-core" {
  interface Request {
    /** Writes lines that carry the id of this request. */
    log: Logger;
  }
}

/** The ids of common proxies: a UUID, or hexadecimal digits as nginx's `$request_id`. */
const WELL_FORMED = /^[A-Za-z0-9_-]{8,64}$/;

/**
 * Creates the middleware that names each request: by the `X-Request-Id` of a trusted proxy, else at
 * random. The response carries the id, and so does every line that the request writes to the log.
 */
export function createRequestIds({
  config,
  log,
}: Pick<AppContext, "config" | "log">): RequestHandler {
  return (request, response, next) => {
    const requestId = (config.trustProxy > 0 && readRequestId(request)) || randomUUID();
    request.log = log.child({ requestId });
    response.set("X-Request-Id", requestId);
    next();
  };
}

function readRequestId(request: Request): string | undefined {
  const id = request.get("X-Request-Id") ?? "";
  return WELL_FORMED.test(id) ? id : undefined;
}
