/** What a Conditional Access policy requires before a token is issued. */
export interface Policy {
  /** The name on pages. */
  readonly name: string;
  /** The value of `capolids` in a refusal. */
  readonly id: string;
  /** The second factor was used in this sign-in. */
  readonly secondFactor?: true;
  /** Password and, where required, second factor are at most this old. */
  readonly maxSignInAgeSeconds?: number;
  /** The device is managed and compliant. */
  readonly compliantDevice?: true;
  /** Nobody gets a token. */
  readonly block?: true;
}

/**
 * The policy of each authentication context. An API asks for a context in `acrs`; as in Entra,
 * everybody satisfies a context without a policy.
 */
export const CONTEXT_POLICIES: ReadonlyMap<string, Policy> = new Map([
  // Payslips: the second factor.
  [
    "c1",
    {
      name: "Payslips need the second factor",
      id: "ca9011c1-0000-4000-8000-0000000000c1",
      secondFactor: true,
    },
  ],
  // A new bank account: a sign-in of the last five minutes.
  [
    "c2",
    {
      name: "A new bank account needs a recent sign-in",
      id: "ca9011c1-0000-4000-8000-0000000000c2",
      secondFactor: true,
      maxSignInAgeSeconds: 300,
    },
  ],
  // Tax forms: a managed device.
  [
    "c3",
    {
      name: "Tax forms need a managed device",
      id: "ca9011c1-0000-4000-8000-0000000000c3",
      compliantDevice: true,
    },
  ],
]);

/** Applies to a person for whom every token requires the second factor. */
export const SECOND_FACTOR_EVERYWHERE: Policy = {
  name: "Every token needs the second factor",
  id: "ca9011c1-0000-4000-8000-0000000000a1",
  secondFactor: true,
};

/** Applies to a person who is blocked. */
export const BLOCK: Policy = {
  name: "No tokens for blocked people",
  id: "ca9011c1-0000-4000-8000-0000000000b1",
  block: true,
};

/** All policies. */
export const POLICIES: readonly Policy[] = [
  ...CONTEXT_POLICIES.values(),
  SECOND_FACTOR_EVERYWHERE,
  BLOCK,
];
