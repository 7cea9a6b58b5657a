import type { RequestHandler } from "express";
import type { Logger } from "../log.js";

/** Logs each request when it is answered: the path without its query, which may hold a code. */
export function createRequestLog(log: Logger, now: () => number): RequestHandler {
  return (request, response, next) => {
    const startedAt = now();
    const { method, path } = request;
    response.once("close", () => {
      const finished = response.writableFinished;
      const status = response.statusCode;
      log.info({ method, path, status, ms: now() - startedAt, finished }, "request");
    });
    next();
  };
}
