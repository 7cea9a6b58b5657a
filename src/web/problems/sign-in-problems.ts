import type { AuthorizationTransaction } from "../../session/authorization-transactions.js";
import type { SignedIn } from "../../session/session-data.js";
import { isolateName } from "../cut-text.js";
import { signInUrl } from "../return-path.js";
import { ENTRA_ID, type Problem } from "./problem-page.js";

/** Returns the problem of an authorization response whose transaction is over or unknown. */
export function signInOverProblem(returnTo: string): Problem {
  return {
    status: 400,
    code: "ERR_FLOW_UNKNOWN",
    title: "This sign-in is over",
    explanation:
      "It was finished before, took more than ten minutes, or began in another browser. Nobody is signed in here.",
    whoActs: "you",
    nextStep: "Start the sign-in again.",
    actions: [{ label: "Sign in", href: signInUrl(returnTo) }],
  };
}

/** Returns the problem of a sign-in that came back after a sign-out, which wins. */
export function signedOutMeanwhileProblem(): Problem {
  return {
    status: 400,
    code: "ERR_SIGNED_OUT_MEANWHILE",
    title: "You are signed out",
    explanation: "You signed out while this sign-in was under way, so this app did not use it.",
    whoActs: "you",
    nextStep: "Sign in again if you want to continue.",
    actions: [{ label: "Sign in", href: signInUrl("/") }],
  };
}

/** Returns the problem of a step-up whose ID token shows that it was not met; its tokens are dropped. */
export function stepUpNotMetProblem(returnTo: string): Problem {
  return {
    status: 403,
    code: "ERR_STEP_UP_NOT_MET",
    title: "The API requires more than you confirmed",
    explanation: `The API requires a newer or stronger sign-in, and ${ENTRA_ID} did not ask you for it. Nothing was changed.`,
    reportedBy: ENTRA_ID,
    whoActs: "administrator",
    nextStep: "Show this page to your administrator if it comes again.",
    tryAgain: returnTo,
  };
}

/** Returns the problem of a step-up that another account confirmed; its tokens are dropped. */
export function otherAccountProblem(
  signedIn: SignedIn | undefined,
  confirmedBy: string | undefined,
  { returnTo }: AuthorizationTransaction,
): Problem {
  const username = isolateName(signedIn?.username) ?? "your own account";
  const other = isolateName(confirmedBy) ?? "another account";
  return {
    status: 403,
    code: "ERR_OTHER_ACCOUNT",
    title: "You confirmed with a different account",
    explanation: `You are signed in as ${username}, but ${other} confirmed at ${ENTRA_ID}. Nothing was changed, and you are still signed in as ${username}.`,
    whoActs: "you",
    nextStep: `Try again and choose ${username}, or sign in with the other account.`,
    tryAgain: returnTo,
    actions: [{ label: "Use another account", href: "/signin?prompt=select_account" }],
  };
}

/** Returns the problem of a sign-in with another account that nobody asked to choose; its tokens are dropped. */
export function otherSignInProblem(
  signedIn: SignedIn | undefined,
  signedInAs: string | undefined,
  { returnTo }: AuthorizationTransaction,
): Problem {
  const username = isolateName(signedIn?.username) ?? "your own account";
  const other = isolateName(signedInAs) ?? "another account";
  return {
    status: 403,
    code: "ERR_OTHER_ACCOUNT",
    title: "You are signed in with a different account",
    explanation: `You are signed in here as ${username}, but ${other} signed in at ${ENTRA_ID}. Nothing was changed, and you are still signed in as ${username}.`,
    whoActs: "you",
    nextStep: `Continue as ${username}, or choose the account to use instead.`,
    actions: [
      { label: `Continue as ${username}`, href: returnTo },
      { label: "Use another account", href: `${signInUrl(returnTo)}&prompt=select_account` },
    ],
  };
}
