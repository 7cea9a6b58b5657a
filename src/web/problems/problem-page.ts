import type { SupportDetails } from "../../challenge/oauth-error.js";
import { wantsJson, type Exchange } from "../exchange.js";
import { sandboxLinkTo, type SandboxSwitch } from "../page-frame.js";

/** A link that leads on from a problem. */
export interface ProblemAction {
  readonly label: string;
  readonly href: string;
}

/** A page that says what happened, who can act, and how to go on. */
export interface Problem {
  readonly status: number;
  /** A stable name that starts with `ERR_`; the README explains each. */
  readonly code: string;
  readonly title: string;
  /** What happened and why. */
  readonly explanation: string;
  readonly whoActs: "you" | "administrator" | "operator" | "nobody";
  /** What to do. */
  readonly nextStep: string;
  readonly actions: readonly ProblemAction[];
  /** Identifiers for the help desk. */
  readonly support?: Pick<SupportDetails, "aadsts" | "correlationId"> | undefined;
  readonly retryAfterSeconds?: number | undefined;
  /** The switch of the sandbox that resolves it. */
  readonly sandboxSwitch?: SandboxSwitch | undefined;
}

/** The link to the home page. */
export const HOME: ProblemAction = { label: "Go to the home page", href: "/" };

const WHO_ACTS: Readonly<Record<Problem["whoActs"], string>> = {
  you: "What you can do",
  administrator: "Your administrator has to act",
  operator: "The operator of this app has to act",
  nobody: "Wait, then try again",
};

/** Sends the problem as a page or, to a JSON client, as `{code, message}`. */
export function sendProblem({ request, response }: Exchange, problem: Problem): void {
  const { status, code, explanation, retryAfterSeconds, sandboxSwitch } = problem;
  response.status(status);
  if (retryAfterSeconds !== undefined) response.set("Retry-After", String(retryAfterSeconds));
  if (wantsJson(request)) {
    response.json({ code, message: explanation });
    return;
  }
  response.render("problem", {
    problem,
    whoActs: WHO_ACTS[problem.whoActs],
    sandboxLink: sandboxLinkTo(sandboxSwitch, response),
    time: new Date().toISOString(),
  });
}
