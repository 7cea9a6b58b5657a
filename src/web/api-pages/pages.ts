import type { SandboxSwitch } from "../sandbox-hint.js";

/** One thing to try, as a card on the home page shows it. */
export interface Scenario {
  readonly path: string;
  readonly title: string;
  readonly api: "Microsoft Graph" | "Payroll API";
  /** What the API demands. */
  readonly demand: string;
  /** What will happen. */
  readonly expectation: string;
  /** The sandbox's switch that makes more of it happen. */
  readonly sandboxSwitch: SandboxSwitch;
}

/** What Graph's `/v1.0/me` needs; the sign-in asks for it, so that the first call needs nothing more. */
export const GRAPH_SCOPES: readonly string[] = ["User.Read"];

const PROFILE: Scenario = {
  path: "/profile",
  title: "Your profile",
  api: "Microsoft Graph",
  demand: "a token, nothing more",
  expectation:
    "The plain call. It is challenged when your session is revoked or your network moves.",
  sandboxSwitch: {
    anchor: "revoke",
    label: "Revoke your access tokens, then open this: the app renews them silently",
  },
};

const PAYSLIPS: Scenario = {
  path: "/payslips",
  title: "Your payslips",
  api: "Payroll API",
  demand: "authentication context c1: multi-factor authentication",
  expectation: "The first time you confirm a second factor, then you see your payslips.",
  sandboxSwitch: {
    anchor: "revoke-all",
    label: "Revoke all your sessions, then open this: you sign in again and come back",
  },
};

const BANK_ACCOUNT: Scenario = {
  path: "/bank-account",
  title: "Your bank account",
  api: "Payroll API",
  demand: "authentication context c2: a sign-in at most five minutes old",
  expectation: "You type an IBAN, confirm that it is you, and what you typed is still here.",
  sandboxSwitch: {
    anchor: "age",
    label: "Age your sign-in by ten minutes, then send the form: it asks for everything again",
  },
};

const TAX_FORMS: Scenario = {
  path: "/tax-forms",
  title: "Your tax forms",
  api: "Payroll API",
  demand: "authentication context c3: a managed device",
  expectation:
    "On a managed device you see them; on another one no sign-in helps, and a page says so.",
  sandboxSwitch: {
    anchor: "device",
    label: "Change whether your device is managed, then open this",
  },
};

/** Gives the scenarios of an app with or without the Payroll API. */
export function scenariosOf(hasPayroll: boolean): readonly Scenario[] {
  return hasPayroll ? [PROFILE, PAYSLIPS, BANK_ACCOUNT, TAX_FORMS] : [PROFILE];
}
