/** What one route demands of an access token. */
export interface Demand {
  readonly scope: string;
  /** The authentication context that the token's `acrs` must hold. */
  readonly context: string;
  /** Seconds since the person signed in, at most. Judged when the token says when that was. */
  readonly maxSignInAgeSeconds?: number;
}

/**
 * The policy of the API, and all of it: from route to demand. What an authentication context means
 * (`c1` a second factor, `c2` a fresh sign-in, `c3` a managed device) is the tenant's to say.
 */
export const DEMANDS = {
  "GET /payslips": { scope: "Payroll.Read", context: "c1" },
  "POST /bank-account": { scope: "Payroll.Write", context: "c2", maxSignInAgeSeconds: 300 },
  "GET /tax-forms": { scope: "Payroll.Read", context: "c3" },
} as const satisfies Readonly<Record<string, Demand>>;
