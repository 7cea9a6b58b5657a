import type { Request, Response } from "express";
import { sandboxHintOf, type SandboxSwitch } from "../sandbox-hint.js";
import { wantsJson } from "../exchange.js";

/** What the help desk needs to find the event; nothing of it is secret. */
export interface SupportDetails {
  readonly aadsts?: number | undefined;
  readonly correlationId?: string | undefined;
}

/** A page that says what went wrong, whose move it is, and how to go on. */
export interface Problem {
  readonly status: number;
  /** A stable name that starts with `ERR_`; the README explains each. */
  readonly code: string;
  readonly title: string;
  /** What happened, in plain words. */
  readonly explanation: string;
  readonly whoseMove: "yours" | "your administrator’s" | "the operator’s" | "nobody’s for now";
  /** What they can do. */
  readonly nextStep: string;
  readonly actions: readonly { readonly label: string; readonly href: string }[];
  readonly support?: SupportDetails | undefined;
  readonly retryAfterSeconds?: number | undefined;
  /** The sandbox's switch that mends it. */
  readonly sandboxSwitch?: SandboxSwitch | undefined;
}

/** Answers with the problem, as a page or, to a program, as JSON `{code, message}`. */
export function sendProblem(request: Request, response: Response, problem: Problem): void {
  response.status(problem.status);
  const { retryAfterSeconds } = problem;
  if (retryAfterSeconds !== undefined) response.set("Retry-After", String(retryAfterSeconds));
  if (wantsJson(request)) {
    response.json({ code: problem.code, message: problem.explanation });
    return;
  }
  const sandboxHint = sandboxHintOf(problem.sandboxSwitch, response);
  response.render("problem", { problem, sandboxHint, time: new Date().toISOString() });
}
