import { readApiChallenge } from "../../challenge/api-challenge.js";
import type { ApiAnswer } from "../../protected-api/send-api-request.js";
import type { Problem } from "./problem-page.js";

const HOME = { label: "Go to the home page", href: "/" };

/** The API still asks after the person did what it asked: going on would go on for ever. */
export function stepUpLoopProblem(returnTo: string): Problem {
  return {
    status: 403,
    code: "ERR_STEP_UP_LOOP",
    title: "The API keeps asking",
    explanation:
      "You did what the API asked for, and it still asks. We stopped here instead of sending you round in circles. You are still signed in.",
    whoseMove: "your administrator’s",
    nextStep:
      "Wait a few minutes and try again; if it stays like this, show this page to the help desk.",
    actions: [{ label: "Try again", href: returnTo }, HOME],
  };
}

/** Too many step-ups in a short time, whoever wanted them: cancelled ones count too. */
export function tooManyStepUpsProblem(returnTo: string): Problem {
  return {
    ...stepUpLoopProblem(returnTo),
    title: "That was often enough for now",
    explanation:
      "You were sent to the identity provider five times in five minutes. We stop here so that nothing goes round in circles. You are still signed in.",
    whoseMove: "nobody’s for now",
    nextStep: "Wait five minutes and try again; what you typed is kept.",
    retryAfterSeconds: 300,
  };
}

/** The authority or the API cannot answer now. */
export function unavailableProblem(
  returnTo: string,
  { retryAfterSeconds = 5 }: { readonly retryAfterSeconds?: number },
): Problem {
  return {
    status: 503,
    code: "ERR_UNAVAILABLE",
    title: "Not available right now",
    explanation: "The other side does not answer as it should. You are still signed in.",
    whoseMove: "nobody’s for now",
    nextStep: `Wait ${retryAfterSeconds} seconds or more and try again; your place is kept.`,
    actions: [{ label: "Try again", href: returnTo }, HOME],
    retryAfterSeconds,
  };
}

/** The API refuses the request itself, so no better token would help. */
export function rejectedProblem(returnTo: string, answer: ApiAnswer): Problem {
  const isMalformed = readApiChallenge(answer).kind === "malformed";
  const isForbidden = answer.status === 403;
  return {
    status: isForbidden ? 403 : 502,
    code: isMalformed ? "ERR_BAD_CHALLENGE" : "ERR_API_REJECTED",
    title: isForbidden ? "You may not see this" : "The API does not accept the call",
    explanation: isMalformed
      ? "The API asked for a better token in a way that cannot be read, so we did not guess."
      : `The API answered with status ${answer.status}. Signing in again would change nothing.`,
    whoseMove: isForbidden ? "your administrator’s" : "the operator’s",
    nextStep: isForbidden
      ? "Ask for access to this API."
      : "Tell the people who run this app, with the code below.",
    actions: [{ label: "Try again", href: returnTo }, HOME],
  };
}

/** The API accepted the call, and nobody knows what it says. */
export function unreadableAnswerProblem(): Problem {
  return {
    status: 502,
    code: "ERR_API_ANSWER",
    title: "The API’s answer cannot be read",
    explanation: "The API accepted the call, but its answer is not what this app knows.",
    whoseMove: "the operator’s",
    nextStep: "Tell the people who run this app, with the code below.",
    actions: [HOME],
  };
}
