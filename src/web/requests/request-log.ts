import type { RequestHandler } from "express";
import type { AppContext } from "../app-context.js";
import { clientAddressOf } from "./client-address.js";

/**
 * Creates the log of requests: the path without its query, which may hold a code, and the client's
 * address.
 */
export function createRequestLog({ now }: Pick<AppContext, "now">): RequestHandler {
  return (request, response, next) => {
    const startedAt = now();
    const { method, path, log } = request;
    const client = clientAddressOf(request);
    response.once("close", () => {
      const { statusCode: status, writableFinished: finished } = response;
      log.info({ method, path, client, status, ms: now() - startedAt, finished }, "request");
    });
    next();
  };
}
