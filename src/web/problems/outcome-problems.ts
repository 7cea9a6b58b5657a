import { readApiChallenge } from "../../challenge/api-challenge.js";
import type { ApiResponse } from "../../protected-api/send-api-request.js";
import { signInUrl } from "../return-path.js";
import { ENTRA_ID, type Problem } from "./problem-page.js";

/** An action of a person that an API has refused. */
interface RefusedAction {
  /** The name of the API. */
  readonly api: string;
  /** Where a repetition leads: a same-origin path. */
  readonly returnTo: string;
}

/** The response of a service that is unavailable. */
interface Unavailable {
  /** The status; 0 or undefined when there was no response. */
  readonly status?: number | undefined;
  readonly retryAfterSeconds?: number | undefined;
}

/** Returns the problem of an API that asks again for what the person has just confirmed. */
export function stepUpLoopProblem({ api, returnTo }: RefusedAction): Problem {
  return {
    status: 403,
    code: "ERR_STEP_UP_LOOP",
    title: `${atStart(api)} keeps asking`,
    explanation: `You confirmed what ${inText(api)} asked for, and it asks for it again. To avoid endless redirects, this app stopped here.`,
    reportedBy: api,
    whoActs: "administrator",
    nextStep: "Show this page to your help desk. The policy may not fit what the API asks for.",
    tryAgain: returnTo,
  };
}

/** Returns the problem of an authority that asks for another sign-in, however often the person confirms. */
export function signInLoopProblem(tryAgain: string): Problem {
  return {
    status: 403,
    code: "ERR_STEP_UP_LOOP",
    title: `${ENTRA_ID} keeps asking`,
    explanation: `You confirmed, and ${ENTRA_ID} asks for another sign-in each time. To avoid endless redirects, this app stopped here.`,
    reportedBy: ENTRA_ID,
    whoActs: "administrator",
    nextStep: "Show this page to your help desk. With these codes they find the policy.",
    tryAgain,
  };
}

/** Returns the problem of a session with too many step-ups in a short time, cancelled ones included. */
export function tooManyStepUpsProblem(returnTo: string): Problem {
  return {
    status: 429,
    code: "ERR_TOO_MANY_STEP_UPS",
    title: "Too many sign-in attempts",
    explanation: `This app sent you to ${ENTRA_ID} five times in five minutes. To avoid endless redirects, it stopped here.`,
    whoActs: "nobody",
    nextStep: "Wait five minutes, then try again.",
    tryAgain: returnTo,
    retryAfterSeconds: 300,
  };
}

/** Returns the problem of an API that is unavailable. */
export function apiUnavailableProblem(
  { api, returnTo }: RefusedAction,
  { status, retryAfterSeconds = 5 }: Unavailable,
): Problem {
  return {
    status: 503,
    code: "ERR_UNAVAILABLE",
    title: unavailableTitle(atStart(api), status),
    explanation: `This page shows data of ${inText(api)}.`,
    reportedBy: api,
    whoActs: "nobody",
    nextStep: `Wait ${describeWait(retryAfterSeconds)}, then try again.`,
    tryAgain: returnTo,
    retryAfterSeconds,
    sandboxSwitch: {
      do: "faults",
      to: api === "Microsoft Graph" ? "graph" : "payroll",
      label: `Make ${inText(api)} respond and try again`,
    },
  };
}

/** Returns the problem of an authority that is unavailable. */
export function authorityUnavailableProblem(
  tryAgain: string,
  { retryAfterSeconds = 5 }: Unavailable,
): Problem {
  return {
    status: 503,
    code: "ERR_UNAVAILABLE",
    title: `${ENTRA_ID} did not answer`,
    explanation: "This app needs an access token from it and got none.",
    reportedBy: ENTRA_ID,
    whoActs: "nobody",
    nextStep: `Wait ${describeWait(retryAfterSeconds)}, then try again.`,
    tryAgain,
    retryAfterSeconds,
    sandboxSwitch: { do: "faults", to: "token", label: "Make Entra ID respond and try again" },
  };
}

/** Returns the problem of a request that the API refuses, whatever the token. */
export function rejectedProblem(action: RefusedAction, response: ApiResponse): Problem {
  const { api, returnTo } = action;
  const { status } = response;
  const isMalformed = readApiChallenge(response).kind === "malformed";
  if (status === 401 && !isMalformed) return unacceptedTokenProblem(action);
  const isForbidden = status === 403;
  return {
    status: isForbidden ? 403 : 502,
    code: isMalformed ? "ERR_BAD_CHALLENGE" : "ERR_API_REJECTED",
    title: isForbidden
      ? `You have no access to ${inText(api)}`
      : `${atStart(api)} does not accept the request`,
    explanation: isMalformed
      ? "The API asked for a new token, but its claims challenge cannot be read."
      : `The API responded with status ${status}. Signing in again does not change that.`,
    reportedBy: api,
    whoActs: isForbidden ? "administrator" : "operator",
    nextStep: isForbidden
      ? "Ask your administrator for access to this API."
      : "Tell the people who run this app, with the code below.",
    tryAgain: returnTo,
  };
}

/** Returns the problem of a 401 without a challenge, also after the token was renewed. */
function unacceptedTokenProblem({ api, returnTo }: RefusedAction): Problem {
  return {
    status: 502,
    code: "ERR_API_REJECTED",
    title: `${atStart(api)} does not accept your token`,
    explanation:
      "It responded with status 401, and this app could not get a token that it accepts.",
    reportedBy: api,
    whoActs: "you",
    nextStep:
      "Sign in again. If the problem stays, tell the people who run this app, with the code below.",
    actions: [
      { label: "Sign in again", href: signInUrl(returnTo) },
      { label: "Try again", href: returnTo },
    ],
  };
}

/** Returns the problem of a response whose body has another form than the page expects. */
export function unreadableResponseProblem(api: string): Problem {
  return {
    status: 502,
    code: "ERR_API_ANSWER",
    title: `The response of ${inText(api)} cannot be read`,
    explanation: "The API accepted the request, but this app does not understand the response.",
    reportedBy: api,
    whoActs: "operator",
    nextStep: "Tell the people who run this app, with the code below.",
  };
}

function inText(api: string): string {
  return api.endsWith(" API") ? `the ${api}` : api;
}

function atStart(api: string): string {
  return api.endsWith(" API") ? `The ${api}` : api;
}

function unavailableTitle(name: string, status = 0): string {
  if (status === 0) return `${name} did not answer`;
  return status === 429 ? `${name} is too busy (429)` : `${name} could not answer (${status})`;
}

function describeWait(seconds: number): string {
  if (seconds <= 10) return "a few seconds";
  if (seconds < 90) return `about ${seconds} seconds`;
  const minutes = Math.round(seconds / 60);
  return minutes < 55 ? `about ${minutes} minutes` : "about an hour";
}
