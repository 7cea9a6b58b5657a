/** What a Conditional Access policy demands before a token is issued. */
export interface Policy {
  /** What `capolids` in a refusal names. */
  readonly id: string;
  readonly name: string;
  /** The second factor was used in this sign-in. */
  readonly secondFactor?: true;
  /** Password and, where demanded, second factor are at most this old. */
  readonly maxSignInAgeSeconds?: number;
  /** The device is managed and compliant. */
  readonly compliantDevice?: true;
  /** Nobody gets through. */
  readonly block?: true;
}

/**
 * From an authentication context to what it demands. An API asks for a context in `acrs`; one that
 * has no policy here is satisfied by everybody, as in Entra.
 */
export const CONTEXT_POLICIES: ReadonlyMap<string, Policy> = new Map([
  [
    "c1",
    {
      id: "ca9011c1-0000-4000-8000-0000000000c1",
      name: "Payslips need the second factor",
      secondFactor: true,
    },
  ],
  [
    "c2",
    {
      id: "ca9011c1-0000-4000-8000-0000000000c2",
      name: "A new bank account needs a sign-in of the last five minutes",
      secondFactor: true,
      maxSignInAgeSeconds: 300,
    },
  ],
  [
    "c3",
    {
      id: "ca9011c1-0000-4000-8000-0000000000c3",
      name: "Tax forms need a managed device",
      compliantDevice: true,
    },
  ],
]);

/** Applies to a person for whom the control page demands the second factor for every token. */
export const SECOND_FACTOR_EVERYWHERE: Policy = {
  id: "ca9011c1-0000-4000-8000-0000000000a1",
  name: "Every token needs the second factor",
  secondFactor: true,
};

/** Applies to a person whom the control page blocks. */
export const BLOCK: Policy = {
  id: "ca9011c1-0000-4000-8000-0000000000b1",
  name: "This person is blocked",
  block: true,
};
