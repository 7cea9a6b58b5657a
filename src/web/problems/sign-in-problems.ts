import { signInUrl } from "../return-path.js";
import type { Problem } from "./problem-page.js";

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
