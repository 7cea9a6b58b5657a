import type {
  TokenRefusal,
  UnrecoverableReason,
  UnrecoverableRefusal,
} from "../../challenge/token-refusal.js";
import type { Logger } from "../../log.js";
import type { Problem } from "./problem-page.js";

type Words = Pick<
  Problem,
  "status" | "code" | "title" | "explanation" | "whoseMove" | "nextStep" | "sandboxSwitch"
>;

const ADMINISTRATOR = "your administrator’s";
const OPERATOR = "the operator’s";

/** What each refusal means to the person, and whose move it is. */
const WORDS: Readonly<Record<UnrecoverableReason, Words>> = {
  device: {
    status: 403,
    code: "ERR_DEVICE_NOT_MANAGED",
    title: "This device is not enough",
    explanation:
      "Your organization allows this only from a device that it manages. Signing in again on this device changes nothing.",
    whoseMove: ADMINISTRATOR,
    nextStep: "Use a managed device, or ask your administrator to manage this one, then try again.",
    sandboxSwitch: { anchor: "device", label: "Make the device compliant, then try again" },
  },
  "policy-blocked": {
    status: 403,
    code: "ERR_BLOCKED_BY_POLICY",
    title: "Your organization does not allow this",
    explanation: "A policy of your organization blocks this. Signing in again changes nothing.",
    whoseMove: ADMINISTRATOR,
    nextStep: "Show this page to your administrator: the codes below say which policy it was.",
    sandboxSwitch: { anchor: "policy", label: "Stop blocking, then try again" },
  },
  "not-assigned": {
    status: 403,
    code: "ERR_NOT_ASSIGNED",
    title: "You have no access to this app",
    explanation: "Your organization has not assigned you to this app.",
    whoseMove: ADMINISTRATOR,
    nextStep: "Ask your administrator for access, or use another account.",
  },
  "account-disabled": {
    status: 403,
    code: "ERR_ACCOUNT_DISABLED",
    title: "This account is disabled",
    explanation: "Your organization has disabled this account.",
    whoseMove: ADMINISTRATOR,
    nextStep: "Ask your administrator, or use another account.",
  },
  "admin-consent": {
    status: 403,
    code: "ERR_ADMIN_CONSENT",
    title: "An administrator must agree first",
    explanation: "This app asks for access that only an administrator can grant.",
    whoseMove: ADMINISTRATOR,
    nextStep: "Ask your administrator to consent to this app, then try again.",
  },
  "register-mfa": {
    status: 403,
    code: "ERR_REGISTRATION_BLOCKED",
    title: "You cannot set up a second factor here",
    explanation:
      "This needs a second factor, and a policy keeps you from setting one up from here.",
    whoseMove: ADMINISTRATOR,
    nextStep: "Set it up from a place that your organization trusts, or ask your administrator.",
  },
  cancelled: {
    status: 403,
    code: "ERR_CANCELLED",
    title: "You cancelled",
    explanation: "You did not confirm at the identity provider, so nothing was done.",
    whoseMove: "yours",
    nextStep: "Try again when you like.",
  },
  "cannot-step-up": {
    status: 403,
    code: "ERR_CANNOT_STEP_UP",
    title: "The identity provider cannot do what the API asks",
    explanation:
      "The API asks for a kind of sign-in that your identity provider does not offer you.",
    whoseMove: ADMINISTRATOR,
    nextStep: "Show this page to your administrator.",
  },
  loop: {
    status: 503,
    code: "ERR_AUTHORITY_LOOP",
    title: "The identity provider asks us to pause",
    explanation: "It saw the same request too often in a short time and stopped it.",
    whoseMove: "nobody’s for now",
    nextStep: "Wait five minutes and try again.",
  },
  operator: {
    status: 500,
    code: "ERR_CLIENT_REFUSED",
    title: "This app is not set up rightly",
    explanation: "The identity provider does not accept this app. It is not about you.",
    whoseMove: OPERATOR,
    nextStep: "Tell the people who run this app; their log says more.",
  },
  "request-rejected": {
    status: 502,
    code: "ERR_REQUEST_REJECTED",
    title: "The identity provider refused the request",
    explanation: "It does not accept what was asked for, and would not accept the same again.",
    whoseMove: OPERATOR,
    nextStep: "Tell the people who run this app, with the codes below.",
  },
  "invalid-answer": {
    status: 400,
    code: "ERR_INVALID_ANSWER",
    title: "That answer cannot be used",
    explanation: "What came back from the identity provider is not an answer to a sign-in.",
    whoseMove: "yours",
    nextStep: "Try again.",
  },
  "untrusted-authority": {
    status: 503,
    code: "ERR_AUTHORITY_UNTRUSTED",
    title: "The identity provider cannot be trusted",
    explanation: "Its certificate does not verify, so nothing was sent to it.",
    whoseMove: OPERATOR,
    nextStep: "Tell the people who run this app; their log says more.",
  },
};

/** The reasons for which another account may do better. */
const ACCOUNT_REASONS = new Set<UnrecoverableReason>([
  ...(["not-assigned", "account-disabled", "policy-blocked", "cancelled"] as const),
]);

/** Gives the page for a refusal that no redirect mends. */
export function refusalProblem(refusal: UnrecoverableRefusal, returnTo: string): Problem {
  const { reason, support, coolDownSeconds } = refusal;
  const otherAccount = { label: "Use another account", href: "/signin?prompt=select_account" };
  return {
    ...WORDS[reason],
    actions: [
      { label: "Try again", href: returnTo },
      ...(ACCOUNT_REASONS.has(reason) ? [otherAccount] : []),
      { label: "Go to the home page", href: "/" },
    ],
    // What is wrong with this app's own registration is for its log.
    ...(reason !== "operator" && {
      support: { aadsts: support.aadsts, correlationId: support.correlationId },
    }),
    ...(coolDownSeconds !== undefined && { retryAfterSeconds: coolDownSeconds }),
  };
}

/** Writes one line for the operator: the authority's codes, never its text. */
export function logRefusal(log: Logger, refusal: TokenRefusal): void {
  const { handling, support } = refusal;
  const reason = handling === "unrecoverable" ? refusal.reason : undefined;
  const isAlert = handling !== "transient" && refusal.alert === true;
  const line = { handling, reason, ...support };
  if (isAlert) log.error(line, "the authority refused a token request: the operator must act");
  else log.info(line, "the authority refused a token request");
}
