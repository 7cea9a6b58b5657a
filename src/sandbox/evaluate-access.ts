import type { PersonState } from "./people.js";
import { BLOCK, CONTEXT_POLICIES, type Policy, SECOND_FACTOR_EVERYWHERE } from "./policies.js";

/** When a person proved what, in milliseconds since the epoch. */
export interface SignInFacts {
  readonly passwordAt: number;
  readonly secondFactorAt?: number;
}

/** What {@link evaluateAccess} decides. */
export type AccessDecision =
  | { readonly kind: "granted"; readonly contexts: readonly string[] }
  | {
      readonly kind: "interaction-required";
      readonly missing: "password" | "second-factor";
      /** They were proved once, but too long ago. */
      readonly expired: boolean;
      readonly policy: Policy;
    }
  | {
      readonly kind: "refused";
      readonly reason: "blocked" | "device-not-compliant";
      readonly policy: Policy;
    };

/** What {@link evaluateAccess} looks at. */
export interface AccessQuestion {
  readonly person: PersonState;
  readonly facts: SignInFacts;
  /** The authentication contexts that the client asks for. */
  readonly contexts: readonly string[];
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/**
 * Evaluates Conditional Access: every policy that applies, refusals first, then the first proof that
 * is missing. What is granted are the contexts asked for and, so that an API need not ask, the others
 * that hold anyway, except those that age.
 */
export function evaluateAccess(question: AccessQuestion): AccessDecision {
  const policies = applicablePolicies(question);
  for (const policy of policies) {
    const reason = refusalReason(policy, question.person);
    if (reason !== undefined) return { kind: "refused", reason, policy };
  }
  for (const policy of policies) {
    const missing = missingProof(policy, question);
    if (missing !== undefined) return { kind: "interaction-required", ...missing, policy };
  }
  return { kind: "granted", contexts: heldContexts(question) };
}

function applicablePolicies({ person, contexts }: AccessQuestion): Policy[] {
  return [
    ...(person.blocked ? [BLOCK] : []),
    ...(person.secondFactorEverywhere ? [SECOND_FACTOR_EVERYWHERE] : []),
    ...contexts.flatMap((context) => CONTEXT_POLICIES.get(context) ?? []),
  ];
}

function refusalReason(
  policy: Policy,
  person: PersonState,
): "blocked" | "device-not-compliant" | undefined {
  if (policy.block) return "blocked";
  if (policy.compliantDevice && !person.deviceCompliant) return "device-not-compliant";
  return undefined;
}

type Missing = Pick<
  Extract<AccessDecision, { kind: "interaction-required" }>,
  "missing" | "expired"
>;

function missingProof(policy: Policy, { facts, now }: AccessQuestion): Missing | undefined {
  const { maxSignInAgeSeconds, secondFactor } = policy;
  const oldest = maxSignInAgeSeconds === undefined ? 0 : now - maxSignInAgeSeconds * 1000;
  if (facts.passwordAt < oldest) return { missing: "password", expired: true };
  if (!secondFactor) return undefined;
  if (facts.secondFactorAt === undefined) return { missing: "second-factor", expired: false };
  if (facts.secondFactorAt < oldest) return { missing: "second-factor", expired: true };
  return undefined;
}

function heldContexts(question: AccessQuestion): string[] {
  const others = [...CONTEXT_POLICIES]
    .filter(([, policy]) => policy.maxSignInAgeSeconds === undefined)
    .filter(([, policy]) => refusalReason(policy, question.person) === undefined)
    .filter(([, policy]) => missingProof(policy, question) === undefined)
    .map(([context]) => context);
  return [...new Set([...question.contexts, ...others])].sort();
}
