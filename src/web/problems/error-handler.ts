import type { NextFunction, Request, Response } from "express";
import {
  AppError,
  RequestError,
  SignInError,
  UpstreamError,
  type UpstreamErrorCode,
} from "../../errors.js";
import { readReturnPath, signInUrl } from "../return-path.js";
import { ENTRA_ID, type Problem, sendProblem } from "./problem-page.js";
import { signedOutMeanwhileProblem } from "./sign-in-problems.js";

const SIGN_IN = { label: "Sign in", href: "/signin" };

/** Responds to a request without a route. */
export function notFound(_request: Request, _response: Response, next: NextFunction): void {
  next(new RequestError("ERR_NOT_FOUND", "There is no page at this address."));
}

/** Turns every thrown error into a page or JSON, and logs it. */
// eslint-disable-next-line max-params -- Express knows an error handler by its four parameters
export function handleError(
  error: unknown,
  request: Request,
  response: Response,
  _next: NextFunction,
): void {
  const problem = { ...problemOf(error), ...wayBack(error, request) };
  const text = problem.status >= 500 ? "request failed" : "request refused";
  request.log[levelOf(error, problem)]({ err: error, code: problem.code }, text);
  // The response is complete; only what had to be stored after it was not.
  if (response.writableEnded) return;
  // The response has begun, and Express would add the text of the error to it.
  if (response.headersSent) response.destroy();
  else sendProblem({ request, response }, problem);
}

/**
 * Returns the level of the log line. `error` is for what the operator has to act on; nothing that a
 * stranger may send is, and an outage of the authority ends without them.
 */
function levelOf(error: unknown, { status, code }: Problem): "info" | "warn" | "error" {
  if (code === "ERR_AUTHORITY_UNAVAILABLE") return "warn";
  if (status >= 500) return "error";
  return error instanceof SignInError && code !== "ERR_SIGNED_OUT_MEANWHILE" ? "warn" : "info";
}

/** Returns the way back to the page or the sign-in that was wanted, after an upstream failure. */
function wayBack(error: unknown, request: Request): Partial<Problem> {
  const mayPass = error instanceof UpstreamError && error.status === 503;
  const { returnTo, state } = request.query;
  // An authorization response has a code that is spent.
  if (!mayPass || request.method !== "GET" || state !== undefined) return {};
  const isSignIn = request.path === "/signin" && typeof returnTo === "string";
  const href = isSignIn ? signInUrl(returnTo) : readReturnPath(request.originalUrl);
  return { tryAgain: href };
}

function problemOf(error: unknown): Problem {
  if (error instanceof RequestError) return requestProblem(error);
  if (error instanceof SignInError) return signInProblem(error);
  if (error instanceof UpstreamError) return upstreamProblem(error);
  if (isBadBody(error)) return requestProblem(BAD_BODY);
  return {
    status: error instanceof AppError ? error.status : 500,
    code: error instanceof AppError ? error.code : "ERR_INTERNAL",
    title: "Something went wrong",
    explanation: "An error occurred in this app. Your account is fine.",
    whoActs: "operator",
    nextStep: "Try again. If the problem stays, tell the people who run this app.",
  };
}

const BAD_BODY = new RequestError(
  "ERR_BAD_REQUEST",
  "The form or the JSON body could not be read.",
);

/** Returns whether Express's body parser could not read the body: its errors have a 4xx status. */
function isBadBody(error: unknown): boolean {
  if (!(error instanceof Error) || !("status" in error)) return false;
  return typeof error.status === "number" && error.status >= 400 && error.status < 500;
}

function requestProblem(error: RequestError): Problem {
  if (error.code === "ERR_TOO_MANY_REQUESTS") return tooManyRequestsProblem(error);
  const isMissing = error.code === "ERR_NOT_FOUND";
  return {
    status: error.status,
    code: error.code,
    title: isMissing ? "Page not found" : "This request is not valid",
    explanation: error.message,
    whoActs: "you",
    nextStep: "Go back to the home page and start from there.",
  };
}

function tooManyRequestsProblem({ status, code, message: explanation }: RequestError): Problem {
  return {
    status,
    code,
    title: "Too many requests at once",
    explanation,
    whoActs: "nobody",
    nextStep: "Wait a minute, then reload this page.",
  };
}

function signInProblem(error: SignInError): Problem {
  if (error.code === "ERR_SIGNED_OUT_MEANWHILE") return signedOutMeanwhileProblem();
  return {
    status: error.status,
    code: error.code,
    title: "This sign-in cannot be completed",
    explanation: error.message,
    whoActs: "you",
    nextStep: "Start the sign-in again.",
    actions: [SIGN_IN],
  };
}

const TITLES: Readonly<Partial<Record<UpstreamErrorCode, string>>> = {
  ERR_AUTHORITY_UNAVAILABLE: `${ENTRA_ID} did not answer`,
  ERR_AUTHORITY_UNFIT: `${ENTRA_ID} does not fit this app`,
  ERR_AUTHORITY_UNTRUSTED: `${ENTRA_ID} cannot be trusted`,
  ERR_STORE_UNAVAILABLE: "Not available right now",
};

/** The failures that pass by themselves. */
const TRANSIENT: ReadonlySet<string> = new Set([
  "ERR_AUTHORITY_UNAVAILABLE",
  "ERR_STORE_UNAVAILABLE",
]);

function upstreamProblem(error: UpstreamError): Problem {
  const isTransient = TRANSIENT.has(error.code);
  return {
    status: error.status,
    code: error.code,
    title: TITLES[error.code] ?? "This app cannot continue",
    explanation: error.message,
    whoActs: isTransient ? "nobody" : "operator",
    nextStep: isTransient
      ? "Wait a moment, then try again."
      : "Tell the people who run this app. Trying again does not help.",
    ...(isTransient && { retryAfterSeconds: 5 }),
  };
}
