import { z } from "zod";
import type { ApiSettings, Config } from "../../config/config.js";
import type { SandboxSwitch } from "../page-frame.js";

/** The card of a page on the home page. */
export interface PageCard {
  readonly title: string;
  /** What the API requires of a token. */
  readonly requires: string;
  /** What happens when the page is opened. */
  readonly expectation: string;
  /** The switch of the sandbox to try. */
  readonly sandboxSwitch?: SandboxSwitch;
}

/** A page that calls a protected API. */
export interface ApiPage {
  /** The path of the page. */
  readonly path: string;
  /** The name of its API in the configuration; without such an API there is no page. */
  readonly api: string;
  /** The path at the API. */
  readonly resource: string;
  /** The view of the response and the form that it must have; a page with a form has its own routes. */
  readonly show?: { readonly view: string; readonly schema: z.ZodType<object> };
  readonly card: PageCard;
}

const PROFILE: ApiPage = {
  path: "/profile",
  api: "Microsoft Graph",
  resource: "/v1.0/me",
  show: {
    view: "profile",
    schema: z.object({
      displayName: z.string(),
      userPrincipalName: z.string(),
      mail: z.string().nullish(),
      jobTitle: z.string().nullish(),
      officeLocation: z.string().nullish(),
    }),
  },
  card: {
    title: "Your profile",
    requires: "a token",
    expectation:
      "The API responds. After a revoked session or a change of network it challenges the call, and the app renews the token without asking you.",
    sandboxSwitch: {
      do: "revoke-sessions",
      to: "kept",
      label: "Revoke your access tokens and open this page: the app renews them silently",
    },
  },
};

const PAYSLIPS: ApiPage = {
  path: "/payslips",
  api: "Payroll API",
  resource: "/payslips",
  show: {
    view: "payslips",
    schema: z.object({
      payslips: z.array(
        z.object({
          period: z.string(),
          gross: z.number(),
          net: z.number(),
          currency: z.string().length(3),
        }),
      ),
    }),
  },
  card: {
    title: "Your payslips",
    requires: "authentication context c1: multi-factor authentication",
    expectation: "The first time you confirm a second factor. Then you see your payslips.",
    sandboxSwitch: {
      do: "revoke-sessions",
      to: "gone",
      label: "Revoke all your sessions and open this page: you sign in again and come back",
    },
  },
};

const BANK_ACCOUNT: ApiPage = {
  path: "/bank-account",
  api: "Payroll API",
  resource: "/bank-account",
  card: {
    title: "Your bank account",
    requires: "authentication context c2: a sign-in at most five minutes old",
    expectation: "You enter an IBAN and may have to sign in again. Your entry is kept.",
    sandboxSwitch: {
      do: "age-sign-in",
      to: "600",
      label: "Age your sign-in by ten minutes, then send the form: you sign in again",
    },
  },
};

const TAX_FORMS: ApiPage = {
  path: "/tax-forms",
  api: "Payroll API",
  resource: "/tax-forms",
  show: {
    view: "tax-forms",
    schema: z.object({
      taxForms: z.array(z.object({ year: z.number().int(), name: z.string() })),
    }),
  },
  card: {
    title: "Your tax forms",
    requires: "authentication context c3: a managed device",
    expectation:
      "On a managed device you see them. On any other device, signing in again does not help.",
    sandboxSwitch: {
      do: "deviceCompliant",
      to: "false",
      label: "Make your device unmanaged and open this page: access is denied",
    },
  },
};

/** The pages of this app, in the order of their cards. */
export const PAGES: readonly ApiPage[] = [PROFILE, PAYSLIPS, BANK_ACCOUNT, TAX_FORMS];

/** Returns the settings of an API by its name. */
export function findApi({ apis }: Config, name: string): ApiSettings | undefined {
  return apis.find((api) => api.name === name);
}
