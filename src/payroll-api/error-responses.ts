import type { ErrorRequestHandler, RequestHandler, Response } from "express";
import { UpstreamError } from "../errors.js";
import type { Logger } from "../log.js";
import { RETRY_AFTER_SECONDS } from "./trust/fetch-document.js";

/** What the JSON body of an error says. */
export interface Problem {
  /** Stable name for the caller's code. */
  readonly code: string;
  /** For a person who reads the answer; holds nothing that the caller sent. */
  readonly message: string;
}

/** Answers with `{"error":{"code","message"}}`. */
export function sendProblem(response: Response, status: number, error: Problem): void {
  response.status(status).json({ error });
}

/** Answers 405 for a path that knows other methods. */
export function refuseOtherMethods(allowed: readonly string[]): RequestHandler {
  return (_request, response) => {
    response.set("Allow", allowed.join(", "));
    const message = `This resource answers ${allowed.join(", ")}`;
    sendProblem(response, 405, { code: "ERR_METHOD_NOT_ALLOWED", message });
  };
}

/** Answers 404. */
export function notFound(): RequestHandler {
  return (_request, response) => {
    sendProblem(response, 404, { code: "ERR_NOT_FOUND", message: "There is no such resource" });
  };
}

const UNREADABLE: Problem = { code: "ERR_BAD_REQUEST", message: "The request cannot be read" };

/** What a body that cannot be read is told, by the status that Express gives it. */
const BODY_PROBLEMS: Readonly<Record<number, Problem>> = {
  413: { code: "ERR_BODY_TOO_LARGE", message: "The body is too large" },
  415: { code: "ERR_BODY_UNSUPPORTED", message: "The body's encoding is not supported" },
};

/** Whether Express could not read the body: such errors carry the status to answer with. */
export function isBodyError(error: unknown): error is Error & { readonly status: number } {
  if (!(error instanceof Error) || !("status" in error)) return false;
  return typeof error.status === "number" && error.status >= 400 && error.status < 500;
}

/** The last handler: every error becomes JSON, and none tells what went wrong inside. */
export function createErrorHandler(log: Logger): ErrorRequestHandler {
  // eslint-disable-next-line max-params -- Express knows an error handler by its four parameters
  return (error: unknown, _request, response, next) => {
    // The answer is under way: Express can only cut the connection.
    if (response.headersSent) {
      next(error);
      return;
    }
    if (error instanceof UpstreamError) {
      log.warn({ err: error, code: error.code }, "the authority cannot be used");
      // Also when its metadata are unfit: the caller's token may be good, and nobody can say so now.
      response.set("Retry-After", String(RETRY_AFTER_SECONDS));
      sendProblem(response, 503, { code: error.code, message: error.message });
      return;
    }
    if (isBodyError(error)) {
      const problem = BODY_PROBLEMS[error.status] ?? UNREADABLE;
      sendProblem(response, error.status, problem);
      return;
    }
    log.error({ err: error }, "request failed");
    sendProblem(response, 500, { code: "ERR_INTERNAL", message: "The request failed" });
  };
}
