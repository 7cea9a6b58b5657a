import type { ErrorRequestHandler, Request, RequestHandler, Response } from "express";
import { UpstreamError } from "../errors.js";
import type { Logger } from "../log.js";
import { RETRY_AFTER_SECONDS } from "./trust/fetch-document.js";

/** An error response. */
export interface Problem {
  readonly status: number;
  /** A stable name for the caller's code. */
  readonly code: string;
  /** A text for people; contains nothing that the caller sent. */
  readonly message: string;
}

/** Sends an error response: the status and `{"error":{"code","message"}}`. */
export function sendProblem(response: Response, { status, code, message }: Problem): void {
  response.status(status).json({ error: { code, message } });
}

/** Creates the handler that sends 405 for a path that has other methods. */
export function refuseOtherMethods(...allowed: readonly string[]): RequestHandler {
  const list = allowed.join(", ");
  const message = `This resource answers ${list}`;
  return (_request, response) => {
    response.set("Allow", list);
    sendProblem(response, { status: 405, code: "ERR_METHOD_NOT_ALLOWED", message });
  };
}

/** Sends 404. */
export function sendNotFound(_request: Request, response: Response): void {
  const message = "There is no such resource";
  sendProblem(response, { status: 404, code: "ERR_NOT_FOUND", message });
}

/** Returns whether Express could not read the request; such an error has the response's status. */
export function isBodyError(error: unknown): error is Error & { readonly status: number } {
  if (!(error instanceof Error) || !("status" in error)) return false;
  return typeof error.status === "number" && error.status >= 400 && error.status < 500;
}

/** Creates the last handler: it sends every error as JSON, without its cause. */
export function createErrorHandler(log: Logger): ErrorRequestHandler {
  // eslint-disable-next-line max-params -- Express knows an error handler by its four parameters
  return (error: unknown, _request, response, next) => {
    // Express closes the connection of a response that has begun.
    if (response.headersSent) {
      next(error);
      return;
    }
    if (error instanceof UpstreamError) {
      const level = error.code === "ERR_AUTHORITY_UNAVAILABLE" ? "warn" : "error";
      log[level]({ err: error, code: error.code }, "the authority is unavailable");
      // Always 503 and never 401: without the authority's keys, nobody knows if the token is valid.
      response.set("Retry-After", String(RETRY_AFTER_SECONDS));
      sendProblem(response, { status: 503, code: error.code, message: error.message });
      return;
    }
    if (isBodyError(error)) {
      sendProblem(response, describeBodyError(error.status));
      return;
    }
    log.error({ err: error }, "request failed");
    sendProblem(response, { status: 500, code: "ERR_INTERNAL", message: "The request failed" });
  };
}

function describeBodyError(status: number): Problem {
  switch (status) {
    case 413:
      return { status, code: "ERR_BODY_TOO_LARGE", message: "The body is too large" };
    case 415:
      return {
        status,
        code: "ERR_BODY_UNSUPPORTED",
        message: "The body's encoding is not supported",
      };
    default:
      return { status, code: "ERR_BAD_REQUEST", message: "The request cannot be read" };
  }
}
