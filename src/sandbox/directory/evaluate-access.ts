import type { AadstsCode } from "../aadsts.js";
import type { PersonState } from "./people.js";
import { BLOCK, CONTEXT_POLICIES, type Policy, SECOND_FACTOR_EVERYWHERE } from "./policies.js";

/** When a person proved what, in milliseconds since the epoch. */
export interface SignInFacts {
  readonly passwordAt: number;
  readonly secondFactorAt?: number;
}

interface MissingProof {
  readonly kind: "interaction-required";
  readonly missing: "password" | "second-factor";
  /** It was given once, but too long ago. */
  readonly expired: boolean;
}

interface Refused {
  readonly kind: "refused";
  readonly reason: "blocked" | "device-not-compliant";
}

type AccessDecision =
  | { readonly kind: "granted"; readonly contexts: readonly string[] }
  | ((MissingProof | Refused) & { readonly policy: Policy });

/** A request for a token, as Conditional Access sees it. */
export interface AccessQuestion {
  readonly person: PersonState;
  readonly facts: SignInFacts;
  /** The authentication contexts that the client asks for. */
  readonly contexts: readonly string[];
  /** Whether the age of a sign-in counts; it does unless given. */
  readonly ignoresSignInAge?: boolean;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/**
 * Evaluates Conditional Access: all policies that apply, refusals first, then the first proof that is
 * missing. Grants the contexts asked for and, to save the API a challenge, all others that hold
 * already, except those that expire with the age of the sign-in.
 */
export function evaluateAccess(question: AccessQuestion): AccessDecision {
  const policies = applicablePolicies(question);
  for (const policy of policies) {
    const refused = findRefusal(policy, question.person);
    if (refused !== undefined) return { ...refused, policy };
  }
  for (const policy of policies) {
    const missing = findMissingProof(policy, question);
    if (missing !== undefined) return { ...missing, policy };
  }
  return { kind: "granted", contexts: heldContexts(question) };
}

/** Returns the AADSTS number of a decision that grants nothing. */
export function aadstsOf(
  decision: Pick<MissingProof, "kind" | "expired"> | Refused,
  person: PersonState,
): AadstsCode {
  if (decision.kind === "refused") return decision.reason === "blocked" ? 53003 : 53000;
  if (decision.expired) return 50078;
  return person.enrolled ? 50076 : 50079;
}

function applicablePolicies({ person, contexts }: AccessQuestion): Policy[] {
  return [
    ...(person.blocked ? [BLOCK] : []),
    ...(person.secondFactorEverywhere ? [SECOND_FACTOR_EVERYWHERE] : []),
    ...contexts.flatMap((context) => CONTEXT_POLICIES.get(context) ?? []),
  ];
}

function findRefusal(policy: Policy, person: PersonState): Refused | undefined {
  if (policy.block) return { kind: "refused", reason: "blocked" };
  if (!policy.compliantDevice || person.deviceCompliant) return undefined;
  return { kind: "refused", reason: "device-not-compliant" };
}

function findMissingProof(policy: Policy, question: AccessQuestion): MissingProof | undefined {
  const { passwordAt, secondFactorAt } = question.facts;
  const { secondFactor } = policy;
  const oldest = oldestProof(policy, question);
  const kind = "interaction-required";
  if (passwordAt < oldest) return { kind, missing: "password", expired: true };
  if (!secondFactor) return undefined;
  if (secondFactorAt === undefined) return { kind, missing: "second-factor", expired: false };
  if (secondFactorAt < oldest) return { kind, missing: "second-factor", expired: true };
  return undefined;
}

/** Returns the earliest time of a proof that a policy accepts. */
function oldestProof({ maxSignInAgeSeconds }: Policy, question: AccessQuestion): number {
  if (maxSignInAgeSeconds === undefined || question.ignoresSignInAge === true) return -Infinity;
  return question.now - maxSignInAgeSeconds * 1000;
}

function heldContexts(question: AccessQuestion): string[] {
  const others = [...CONTEXT_POLICIES]
    .filter(([, policy]) => policy.maxSignInAgeSeconds === undefined)
    .filter(([, policy]) => findRefusal(policy, question.person) === undefined)
    .filter(([, policy]) => findMissingProof(policy, question) === undefined)
    .map(([context]) => context);
  return [...new Set([...question.contexts, ...others])].sort();
}
