import type { ErrorRequestHandler, NextFunction, Request, Response } from "express";
import { AppError, RequestError, SignInError, UpstreamError } from "../../errors.js";
import type { Logger } from "../../log.js";
import { type Problem, sendProblem } from "./problem-page.js";
import { signInUrl } from "../api-pages/require-sign-in.js";
import { readReturnPath } from "../return-path.js";

const HOME = { label: "Go to the home page", href: "/" };
const SIGN_IN = { label: "Sign in", href: "/signin" };

/** Answers a request that no route took. */
export function notFound(_request: Request, _response: Response, next: NextFunction): void {
  next(new RequestError("ERR_NOT_FOUND", "There is no page at this address."));
}

/** Gives the one handler that turns every thrown error into a page or JSON. */
export function createErrorHandler(log: Logger): ErrorRequestHandler {
  // eslint-disable-next-line max-params -- Express knows an error handler by its four parameters
  return (error: unknown, request, response, _next) => {
    const problem = { ...problemOf(error, response), ...wayBack(error, request) };
    if (problem.status >= 500) log.error({ err: error, code: problem.code }, "request failed");
    else log.info({ err: error, code: problem.code }, "request refused");
    // The answer is under way. Handing the error on would print its text.
    if (response.headersSent) response.destroy();
    else sendProblem(request, response, problem);
  };
}

/** After a failure of the other side, the page or the sign-in that was wanted. */
function wayBack(error: unknown, request: Request): Partial<Problem> {
  if (!(error instanceof UpstreamError) || request.method !== "GET") return {};
  const { returnTo } = request.query;
  const isSignIn = request.path === "/signin" && typeof returnTo === "string";
  const href = isSignIn ? signInUrl(returnTo) : readReturnPath(request.originalUrl);
  return { actions: [{ label: "Try again", href }, HOME] };
}

function problemOf(error: unknown, { locals }: Response): Problem {
  const isSignedIn = locals.person !== undefined;
  if (error instanceof RequestError) return requestProblem(error);
  if (error instanceof SignInError) return signInProblem(error);
  if (error instanceof UpstreamError) return upstreamProblem(error, isSignedIn);
  if (isBadBody(error)) return requestProblem(BAD_BODY);
  return {
    status: error instanceof AppError ? error.status : 500,
    code: error instanceof AppError ? error.code : "ERR_INTERNAL",
    title: "Something went wrong here",
    explanation: "This app made a mistake. It is not about you.",
    whoseMove: "the operator’s",
    nextStep: "Try again; if it stays like this, tell the people who run this app.",
    actions: [HOME],
  };
}

const BAD_BODY = new RequestError("ERR_BAD_REQUEST", "The form could not be read.");

/** Express's body parser throws errors with a status of 4xx for what it cannot read. */
function isBadBody(error: unknown): boolean {
  if (!(error instanceof Error) || !("status" in error)) return false;
  return typeof error.status === "number" && error.status >= 400 && error.status < 500;
}

function requestProblem(error: RequestError): Problem {
  const isMissing = error.code === "ERR_NOT_FOUND";
  return {
    status: error.status,
    code: error.code,
    title: isMissing ? "Page not found" : "That request cannot be answered",
    explanation: error.message,
    whoseMove: "yours",
    nextStep: "Go back to the home page and start from there.",
    actions: [HOME],
  };
}

function signInProblem(error: SignInError): Problem {
  return {
    status: error.status,
    code: error.code,
    title: "This sign-in cannot be completed",
    explanation: error.message,
    whoseMove: "yours",
    nextStep: "Start the sign-in again.",
    actions: [SIGN_IN, HOME],
  };
}

function upstreamProblem(error: UpstreamError, isSignedIn: boolean): Problem {
  const isTransient = error.status === 503;
  return {
    status: error.status,
    code: error.code,
    title: isTransient ? "Not available right now" : "This cannot go on",
    explanation: error.message,
    whoseMove: isTransient ? "nobody’s for now" : "the operator’s",
    nextStep: isTransient
      ? `Wait a moment and try again.${isSignedIn ? " You are still signed in." : ""}`
      : "Tell the people who run this app; trying again will not help.",
    actions: [HOME],
    ...(isTransient && { retryAfterSeconds: 5 }),
  };
}
