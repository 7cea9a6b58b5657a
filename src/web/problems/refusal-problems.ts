import type {
  Refusal,
  UnrecoverableReason,
  UnrecoverableRefusal,
} from "../../challenge/refusal.js";
import type { Logger } from "../../log.js";
import { ENTRA_ID, type Problem } from "./problem-page.js";

type Words = Pick<
  Problem,
  "status" | "code" | "title" | "explanation" | "whoActs" | "nextStep" | "sandboxSwitch"
>;

/** The page of each refusal. */
const WORDS: Readonly<Record<UnrecoverableReason, Words>> = {
  device: {
    status: 403,
    code: "ERR_DEVICE_NOT_MANAGED",
    title: "You need a managed device",
    explanation:
      "Your organization requires a managed device for this page. Signing in again on this device does not help.",
    whoActs: "administrator",
    nextStep: "Use a managed device, or ask your administrator to manage this one, then try again.",
    sandboxSwitch: { do: "deviceCompliant", label: "Make the device compliant and try again" },
  },
  "policy-blocked": {
    status: 403,
    code: "ERR_BLOCKED_BY_POLICY",
    title: "Your organization does not allow this",
    explanation: "A policy of your organization blocks this. Signing in again does not help.",
    whoActs: "administrator",
    nextStep: "Show this page to your administrator. With these codes they find the policy.",
    sandboxSwitch: { do: "blocked", label: "Stop blocking and try again" },
  },
  "not-assigned": {
    status: 403,
    code: "ERR_NOT_ASSIGNED",
    title: "You have no access to this app",
    explanation: "Your organization has not assigned you to this app.",
    whoActs: "administrator",
    nextStep: "Ask your administrator for access, or use another account.",
    sandboxSwitch: { do: "assigned", label: "Assign the app and try again" },
  },
  "account-disabled": {
    status: 403,
    code: "ERR_ACCOUNT_DISABLED",
    title: "This account is disabled",
    explanation: "Your organization has disabled this account.",
    whoActs: "administrator",
    nextStep: "Ask your administrator, or use another account.",
  },
  "admin-consent": {
    status: 403,
    code: "ERR_ADMIN_CONSENT",
    title: "An administrator must approve this app",
    explanation: "This app asks for access that only an administrator can grant.",
    whoActs: "administrator",
    nextStep: "Ask your administrator to consent to this app, then try again.",
  },
  "register-mfa": {
    status: 403,
    code: "ERR_REGISTRATION_BLOCKED",
    title: "You cannot set up a second factor here",
    explanation:
      "This page requires a second factor, and a policy does not let you set one up from here.",
    whoActs: "administrator",
    nextStep: "Set it up from a location that your organization trusts, or ask your administrator.",
  },
  cancelled: {
    status: 403,
    code: "ERR_CANCELLED",
    title: "You cancelled",
    explanation: `You did not confirm at ${ENTRA_ID}, so nothing was changed.`,
    whoActs: "you",
    nextStep: "Try again whenever you want.",
  },
  "cannot-step-up": {
    status: 403,
    code: "ERR_CANNOT_STEP_UP",
    title: `${ENTRA_ID} does not support what the API asks for`,
    explanation: "The API asks for a kind of sign-in that your tenant does not offer.",
    whoActs: "administrator",
    nextStep: "Show this page to your administrator.",
  },
  loop: {
    status: 503,
    code: "ERR_AUTHORITY_LOOP",
    title: `${ENTRA_ID} asks this app to pause`,
    explanation: "It received the same request too often in a short time.",
    whoActs: "nobody",
    nextStep: "Wait five minutes, then try again.",
  },
  operator: {
    status: 500,
    code: "ERR_CLIENT_REFUSED",
    title: "This app is not set up correctly",
    explanation: `${ENTRA_ID} does not accept this app. Your account is fine.`,
    whoActs: "operator",
    nextStep: "Tell the people who run this app. Their log has the details.",
  },
  "request-rejected": {
    status: 502,
    code: "ERR_REQUEST_REJECTED",
    title: `${ENTRA_ID} refused the request`,
    explanation: "It does not accept the request of this app, and trying again does not help.",
    whoActs: "operator",
    nextStep: "Tell the people who run this app, with the codes below.",
  },
  "foreign-tokens": {
    status: 502,
    code: "ERR_FOREIGN_TOKENS",
    title: "You were signed out",
    explanation: `${ENTRA_ID} renewed your sign-in with a response that is not valid for your account. This app used nothing of it and ended your session.`,
    whoActs: "you",
    nextStep:
      "Sign in again. If this happens again, tell the people who run this app, with the code below.",
  },
  "invalid-response": {
    status: 400,
    code: "ERR_INVALID_ANSWER",
    title: "This sign-in response is not valid",
    explanation: "The address that brought you here is not a valid response to a sign-in.",
    whoActs: "you",
    nextStep: "Try again.",
  },
  "untrusted-authority": {
    status: 503,
    code: "ERR_AUTHORITY_UNTRUSTED",
    title: `${ENTRA_ID} cannot be trusted`,
    explanation: "Its certificate is not valid, so nothing was sent to it.",
    whoActs: "operator",
    nextStep: "Tell the people who run this app. Their log has the details.",
  },
};

/** The reasons for which another account may succeed. */
const ACCOUNT_REASONS = new Set<UnrecoverableReason>([
  "not-assigned",
  "account-disabled",
  "policy-blocked",
  "cancelled",
]);

/** The reasons that the authority has not reported. */
const OWN_REASONS = new Set<UnrecoverableReason>([
  "cancelled",
  "invalid-response",
  "untrusted-authority",
]);

/** Returns the problem of a refusal that no redirect resolves. */
export function refusalProblem(refusal: UnrecoverableRefusal, returnTo: string): Problem {
  const { reason, support, coolDownSeconds } = refusal;
  const words = WORDS[reason];
  const otherAccount = { label: "Use another account", href: "/signin?prompt=select_account" };
  return {
    ...words,
    ...(!OWN_REASONS.has(reason) && { reportedBy: ENTRA_ID }),
    tryAgain: words.whoActs === "operator" ? undefined : returnTo,
    actions: ACCOUNT_REASONS.has(reason) ? [otherAccount] : [],
    // The details of this app's registration are for its log.
    ...(reason !== "operator" && { support }),
    retryAfterSeconds: coolDownSeconds,
  };
}

/** Logs a refusal for the operator: the authority's codes, never its text. */
export function logRefusal(log: Logger, refusal: Refusal): void {
  const { handling, support } = refusal;
  const reason = handling === "unrecoverable" ? refusal.reason : undefined;
  const isAlert = handling !== "transient" && refusal.alert === true;
  const line = { handling, reason, ...support };
  if (isAlert) log.error(line, "the authority refused a request: the operator must act");
  else log.info(line, "the authority refused a request");
}
