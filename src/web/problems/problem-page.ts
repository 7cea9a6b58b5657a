import type { Response } from "express";
import type { SessionData } from "express-session";
import type { SupportDetails } from "../../challenge/oauth-error.js";
import { isDraftPath } from "../draft-path.js";
import { wantsJson, type Exchange } from "../exchange.js";
import { sandboxLinkTo, type SandboxSwitch } from "../page-frame.js";

/** The authority, as pages name it to people. */
export const ENTRA_ID = "Microsoft Entra ID";

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
  /** The API or the authority that reported it; this app unless given. */
  readonly reportedBy?: string;
  readonly whoActs: "you" | "administrator" | "operator" | "nobody";
  /** What to do. */
  readonly nextStep: string;
  /** The path that repeats the action, if a repetition may succeed. */
  readonly tryAgain?: string | undefined;
  /** Other links, the most useful first; the page adds the one to the home page. */
  readonly actions?: readonly ProblemAction[];
  /** Identifiers for the help desk. */
  readonly support?: Pick<SupportDetails, "aadsts" | "correlationId"> | undefined;
  readonly retryAfterSeconds?: number | undefined;
  /** The switch of the sandbox that resolves it. */
  readonly sandboxSwitch?: SandboxSwitch | undefined;
}

const HOME: ProblemAction = { label: "Go to the home page", href: "/" };

const WHO_ACTS: Readonly<Record<Problem["whoActs"], string>> = {
  you: "What you can do",
  administrator: "Your administrator has to act",
  operator: "The operator of this app has to act",
  nobody: "Wait, then try again",
};

/** A problem for a JSON client, in the form of RFC 9457. */
export interface ProblemDetails extends Pick<Problem, "status" | "code" | "title"> {
  readonly detail: string;
  readonly aadsts?: number | undefined;
  readonly correlationId?: string | undefined;
  /** Where the person signs in or steps up. */
  readonly url?: string;
}

/** Sends the problem as a page or, to a JSON client, as problem details. */
export function sendProblem({ request, response }: Exchange, problem: Problem): void {
  const { status, code, title, explanation, support, retryAfterSeconds, tryAgain } = problem;
  if (retryAfterSeconds !== undefined) response.set("Retry-After", String(retryAfterSeconds));
  if (wantsJson(request)) {
    const { aadsts, correlationId } = support ?? {};
    sendProblemDetails(response, {
      status,
      code,
      title,
      detail: explanation,
      aadsts,
      correlationId,
    });
    return;
  }
  // A refusal may have ended the session after the frame of the page was set.
  if ((request.session as SessionData | undefined)?.signedIn === undefined) {
    delete response.locals.person;
  }
  const sandboxLink = sandboxLinkTo(problem.sandboxSwitch, response, tryAgain);
  response.status(status).render("problem", {
    problem,
    whoActs: WHO_ACTS[problem.whoActs],
    actions: actionsOf(problem, sandboxLink),
    hasSandboxLink: sandboxLink !== undefined,
    keepsDraft: isDraftPath(tryAgain),
    time: new Date().toISOString(),
  });
}

/**
 * Returns the links of a problem, the most useful first: a repetition, when the person can act; else
 * the switch of the sandbox, and the repetition last.
 */
function actionsOf(
  { whoActs, tryAgain, actions = [] }: Problem,
  sandboxLink: ProblemAction | undefined,
): readonly ProblemAction[] {
  const label = isDraftPath(tryAgain) ? "Continue with your change" : "Try again";
  const repetition = tryAgain === undefined ? [] : [{ label, href: tryAgain }];
  const others = [...(sandboxLink === undefined ? [] : [sandboxLink]), ...actions, HOME];
  return whoActs === "you" ? [...repetition, ...others] : [...others, ...repetition];
}

/** Sends problem details (RFC 9457). */
export function sendProblemDetails(response: Response, details: ProblemDetails): void {
  response.status(details.status).type("application/problem+json").send(JSON.stringify(details));
}

/** Tells a JSON client where its person has to sign in. */
export function sendSignInRequired(response: Response, url: string): void {
  sendProblemDetails(response, {
    status: 401,
    code: "ERR_SIGN_IN_REQUIRED",
    title: "Sign-in required",
    detail: "Nobody is signed in. Open the URL in a browser with this session, then call again.",
    url,
  });
}

/** Tells a JSON client where its person has to step up. */
export function sendStepUpRequired(response: Response, url: string): void {
  sendProblemDetails(response, {
    status: 401,
    code: "ERR_STEP_UP_REQUIRED",
    title: "Step-up required",
    detail: "The API asks for more. Open the URL in a browser with this session, then call again.",
    url,
  });
}
