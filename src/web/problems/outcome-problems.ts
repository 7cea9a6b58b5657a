import { readApiChallenge } from "../../challenge/api-challenge.js";
import type { ApiResponse } from "../../protected-api/send-api-request.js";
import type { AuthorizationTransaction } from "../../session/authorization-transactions.js";
import type { SignedIn } from "../../session/session-data.js";
import { signInUrl } from "../return-path.js";
import { HOME, type Problem } from "./problem-page.js";

/** Returns the problem of an API that asks again for what the person has just confirmed. */
export function stepUpLoopProblem(returnTo: string): Problem {
  return {
    status: 403,
    code: "ERR_STEP_UP_LOOP",
    title: "The API keeps asking",
    explanation:
      "You confirmed what was asked for, and it is asked for again. To avoid endless redirects, this app stopped here.",
    whoActs: "administrator",
    nextStep: "Try again in a few minutes. If the problem stays, show this page to your help desk.",
    actions: [{ label: "Try again", href: returnTo }, HOME],
  };
}

/** Returns the problem of a step-up whose ID token shows that it was not met; its tokens are dropped. */
export function stepUpNotMetProblem(returnTo: string): Problem {
  return {
    status: 403,
    code: "ERR_STEP_UP_NOT_MET",
    title: "The API requires more than you confirmed",
    explanation:
      "The API requires a newer or stronger sign-in, and the identity provider did not ask you for it. Nothing was changed.",
    whoActs: "administrator",
    nextStep: "Try again. If the problem stays, show this page to your administrator.",
    actions: [{ label: "Try again", href: returnTo }, HOME],
  };
}

/** Returns the problem of a session with too many step-ups in a short time, cancelled ones included. */
export function tooManyStepUpsProblem(returnTo: string): Problem {
  return {
    ...stepUpLoopProblem(returnTo),
    title: "Too many sign-in attempts",
    explanation:
      "You were sent to the identity provider five times in five minutes. To avoid endless redirects, this app stopped here.",
    whoActs: "nobody",
    nextStep: "Wait five minutes, then try again. Your entries are kept.",
    retryAfterSeconds: 300,
  };
}

/** Returns the problem of an authority or an API that is unavailable. */
export function unavailableProblem(
  returnTo: string,
  { retryAfterSeconds = 5 }: { readonly retryAfterSeconds?: number | undefined },
): Problem {
  return {
    status: 503,
    code: "ERR_UNAVAILABLE",
    title: "Not available right now",
    explanation: "A service that this page needs did not respond.",
    whoActs: "nobody",
    nextStep: `Wait ${describeWait(retryAfterSeconds)}. “Try again” brings you back to this page.`,
    actions: [{ label: "Try again", href: returnTo }, HOME],
    retryAfterSeconds,
  };
}

/** Returns the problem of a request that the API refuses, whatever the token. */
export function rejectedProblem(returnTo: string, response: ApiResponse): Problem {
  const isMalformed = readApiChallenge(response).kind === "malformed";
  const { status } = response;
  if (status === 401 && !isMalformed) return unacceptedTokenProblem(returnTo);
  const isForbidden = status === 403;
  return {
    status: isForbidden ? 403 : 502,
    code: isMalformed ? "ERR_BAD_CHALLENGE" : "ERR_API_REJECTED",
    title: isForbidden ? "You have no access" : "The API does not accept the request",
    explanation: isMalformed
      ? "The API asked for a new token, but its request cannot be read."
      : `The API responded with status ${status}. Signing in again does not change that.`,
    whoActs: isForbidden ? "administrator" : "operator",
    nextStep: isForbidden
      ? "Ask your administrator for access to this API."
      : "Tell the people who run this app, with the code below.",
    actions: [{ label: "Try again", href: returnTo }, HOME],
  };
}

/** Returns the problem of a 401 without a challenge, also after the token was renewed. */
function unacceptedTokenProblem(returnTo: string): Problem {
  return {
    status: 502,
    code: "ERR_API_REJECTED",
    title: "The API does not accept your token",
    explanation:
      "The API responded with status 401, and this app could not get a token that it accepts.",
    whoActs: "you",
    nextStep:
      "Sign in again. If the problem stays, tell the people who run this app, with the code below.",
    actions: [
      { label: "Sign in again", href: signInUrl(returnTo) },
      { label: "Try again", href: returnTo },
      HOME,
    ],
  };
}

/** Returns the problem of a response whose body has another form than the page expects. */
export function unreadableResponseProblem(): Problem {
  return {
    status: 502,
    code: "ERR_API_ANSWER",
    title: "The API’s response cannot be read",
    explanation: "The API accepted the request, but this app does not understand the response.",
    whoActs: "operator",
    nextStep: "Tell the people who run this app, with the code below.",
    actions: [HOME],
  };
}

/** Returns the problem of a step-up that another account confirmed; its tokens are dropped. */
export function otherAccountProblem(
  signedIn: SignedIn | undefined,
  confirmedBy: string,
  { returnTo }: AuthorizationTransaction,
): Problem {
  const username = nameOf(signedIn);
  return {
    status: 403,
    code: "ERR_OTHER_ACCOUNT",
    title: "You confirmed with a different account",
    explanation: `You are signed in as ${username}, but ${confirmedBy} confirmed at the identity provider. Nothing was changed, and you are still signed in as ${username}.`,
    whoActs: "you",
    nextStep: `Try again and choose ${username}, or sign in with the other account.`,
    actions: [
      { label: "Try again", href: returnTo },
      { label: "Use another account", href: "/signin?prompt=select_account" },
    ],
  };
}

/** Returns the problem of a sign-in with another account that nobody asked to choose; its tokens are dropped. */
export function otherSignInProblem(
  signedIn: SignedIn | undefined,
  signedInAs: string,
  { returnTo }: AuthorizationTransaction,
): Problem {
  const username = nameOf(signedIn);
  return {
    status: 403,
    code: "ERR_OTHER_ACCOUNT",
    title: "You are signed in with a different account",
    explanation: `You are signed in here as ${username}, but ${signedInAs} signed in at the identity provider. Nothing was changed, and you are still signed in as ${username}.`,
    whoActs: "you",
    nextStep: `Continue as ${username}, or choose the account to use instead.`,
    actions: [
      { label: `Continue as ${username}`, href: returnTo },
      { label: "Use another account", href: `${signInUrl(returnTo)}&prompt=select_account` },
    ],
  };
}

/** Returns the problem of an authorization response whose transaction is over or unknown. */
export function signInOverProblem(returnTo: string): Problem {
  return {
    status: 400,
    code: "ERR_FLOW_UNKNOWN",
    title: "This sign-in cannot be completed",
    explanation:
      "This sign-in was finished before, took more than ten minutes, or began in another browser.",
    whoActs: "you",
    nextStep: "Start the sign-in again.",
    actions: [{ label: "Sign in", href: signInUrl(returnTo) }, HOME],
  };
}

/** Returns the problem of a sign-in that the authority does not complete, however often it is tried. */
export function signInLoopProblem(returnTo: string): Problem {
  return {
    status: 403,
    code: "ERR_STEP_UP_LOOP",
    title: "This sign-in cannot be completed",
    explanation: "The identity provider asked for another sign-in each time.",
    whoActs: "administrator",
    nextStep: "Try again in a few minutes. If the problem stays, show this page to your help desk.",
    actions: [{ label: "Sign in", href: signInUrl(returnTo) }, HOME],
  };
}

function nameOf(signedIn: SignedIn | undefined): string {
  return signedIn === undefined ? "nobody" : signedIn.username || "your own account";
}

function describeWait(seconds: number): string {
  if (seconds <= 10) return "a few seconds";
  if (seconds < 90) return `about ${seconds} seconds`;
  const minutes = Math.round(seconds / 60);
  return minutes < 55 ? `about ${minutes} minutes` : "about an hour";
}
