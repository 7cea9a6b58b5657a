import { AuthorityError } from "../aadsts.js";
import { aadstsOf, evaluateAccess } from "../directory/evaluate-access.js";
import type { PersonState } from "../directory/people.js";
import type { SandboxState } from "../sandbox-state.js";
import type { Grant } from "./grants.js";
import type { TokenSubject } from "./tokens.js";

/**
 * Returns the person of a grant, if tokens may be issued for them.
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
interface RequestedAccess {
  /** Granted at the sign-in whose code is redeemed. */
  readonly granted: readonly string[];
  /** Requested now. */
  readonly requested: readonly string[];
  /** A refresh token is redeemed. */
  readonly isRenewal: boolean;
}

/**
 * Evaluates Conditional Access for a token request, which cannot ask the person for anything; returns
 * the contexts of the token. Where the sign-in frequency is deferred, a renewal ignores the age of the
 * sign-in, as Entra does for confidential clients; the token states the old time in `auth_time`.
 *
 * @throws {@link AuthorityError} with `claims` that name the policy: 50076, 50078 or 50079 when an
 * interactive sign-in helps, 53000 when the device is not managed (a browser may use another one),
 * 53003 when nothing helps.
 */
export function requireAccess(
  { state, grant, person }: TokenSubject,
  { granted, requested, isRenewal }: RequestedAccess,
): readonly string[] {
  const decision = evaluateAccess({
    person,
    facts: grant.facts,
    contexts: requested.filter((context) => !granted.includes(context)),
    ignoresSignInAge: isRenewal && person.signInFrequencyDeferred,
    now: state.now(),
  });
  if (decision.kind !== "granted") {
    throw new AuthorityError(aadstsOf(decision, person), { policyId: decision.policy.id });
  }
  return [...new Set([...granted, ...decision.contexts])].sort();
}
