/** One thing to try, as a card on the home page shows it. */
export interface Scenario {
  readonly path: string;
  readonly title: string;
  readonly api: "Microsoft Graph" | "Payroll API";
  /** What the API demands. */
  readonly demand: string;
  /** What will happen. */
  readonly expectation: string;
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
};

const PAYSLIPS: Scenario = {
  path: "/payslips",
  title: "Your payslips",
  api: "Payroll API",
  demand: "authentication context c1: multi-factor authentication",
  expectation: "The first time you confirm a second factor, then you see your payslips.",
};

const BANK_ACCOUNT: Scenario = {
  path: "/bank-account",
  title: "Your bank account",
  api: "Payroll API",
  demand: "authentication context c2: a sign-in at most five minutes old",
  expectation: "You type an IBAN, confirm that it is you, and what you typed is still here.",
};

const TAX_FORMS: Scenario = {
  path: "/tax-forms",
  title: "Your tax forms",
  api: "Payroll API",
  demand: "authentication context c3: a managed device",
  expectation:
    "On a managed device you see them; on another one no sign-in helps, and a page says so.",
};

/** Gives the scenarios of an app with or without the Payroll API. */
export function scenariosOf(hasPayroll: boolean): readonly Scenario[] {
  return hasPayroll ? [PROFILE, PAYSLIPS, BANK_ACCOUNT, TAX_FORMS] : [PROFILE];
}
