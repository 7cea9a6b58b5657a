import { AuthorityError } from "../aadsts.js";
import type { SandboxState } from "../sandbox-state.js";
import { interactionCode, refusalCode } from "../policy-refusal.js";
import { evaluateAccess } from "../evaluate-access.js";
import type { Grant } from "../grants.js";
import type { PersonState } from "../people.js";

/**
 * Gives the person whom a grant is about, when tokens may be issued for them.
 *
 * @throws {@link AuthorityError} 50034, 50057, 50105 or 65001.
 */
export function requireUsableAccount(state: SandboxState, grant: Grant): PersonState {
  const person = state.directory.get(grant.personKey);
  if (person === undefined) throw new AuthorityError(50034);
  if (person.disabled) throw new AuthorityError(50057);
  if (!person.assigned) throw new AuthorityError(50105);
  if (!person.consented) throw new AuthorityError(65001);
  return person;
}

/** The authentication contexts of a token request. */
export interface ContextDemand {
  /** Granted on the way to the code, minutes ago at most. */
  readonly granted: readonly string[];
  /** Asked for in this request. */
  readonly demanded: readonly string[];
}

/**
 * Evaluates Conditional Access for a token request, where nobody can be asked for anything. Gives the
 * contexts of the access token.
 *
 * @throws {@link AuthorityError} with `claims` that name the policy: 50076, 50078 and 50079 when
 * interaction would help, 53000 when the device is not managed (a browser might prove another one),
 * 53003 when nothing helps.
 */
export function requireAccess(
  state: SandboxState,
  grant: Grant,
  { granted, demanded }: ContextDemand,
): readonly string[] {
  const person = requireUsableAccount(state, grant);
  const decision = evaluateAccess({
    person,
    facts: grant.facts,
    contexts: demanded.filter((context) => !granted.includes(context)),
    now: state.now(),
  });
  switch (decision.kind) {
    case "granted":
      return [...new Set([...granted, ...decision.contexts])].sort();
    case "interaction-required":
      throw new AuthorityError(interactionCode(decision, person), {
        policyId: decision.policy.id,
      });
    case "refused":
      throw new AuthorityError(refusalCode(decision), { policyId: decision.policy.id });
  }
}
