/** The requirements of one resource. */
export interface Demand {
  readonly scope: string;
  /** The authentication context that the token's `acrs` must contain. */
  readonly context: string;
  /** The longest time since the sign-in, in seconds; a token without `auth_time` does not meet it. */
  readonly maxSignInAgeSeconds?: number;
}

/**
 * The whole policy of the API. The tenant's Conditional Access policies define what an
 * authentication context requires; in the sandbox `c1` is MFA, `c2` a fresh sign-in, `c3` a managed
 * device.
 */
export const DEMANDS = {
  payslips: { scope: "Payroll.Read", context: "c1" },
  bankAccount: { scope: "Payroll.Write", context: "c2", maxSignInAgeSeconds: 300 },
  taxForms: { scope: "Payroll.Read", context: "c3" },
} satisfies Record<string, Demand>;
