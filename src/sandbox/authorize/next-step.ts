import { type AadstsCode, AuthorityError } from "../aadsts.js";
import { aadstsOf, evaluateAccess } from "../directory/evaluate-access.js";
import { findPerson, type PersonState } from "../directory/people.js";
import { CONTEXT_POLICIES, type Policy } from "../directory/policies.js";
import type { Interaction, SandboxState } from "../sandbox-state.js";
import type { BrowserSession, SignedInAccount } from "./browser-session.js";

/** Why the sandbox asks or refuses: a policy, what the app sent, or both. */
export interface Reason {
  /** The name of the policy. */
  readonly policy?: string | undefined;
  /** What the app sent: `acrs = c1`. */
  readonly sentAs?: string | undefined;
}

/** The next step of a sign-in. */
export type Step =
  | { readonly kind: "pick-account" | "name-account" }
  | {
      readonly kind: "password" | "second-factor";
      readonly person: PersonState;
      /** It was given once, but too long ago. */
      readonly expired: boolean;
      /** Why it is asked for, when there is more to say than that nobody is signed in. */
      readonly reason?: Reason | undefined;
    }
  | { readonly kind: "consent"; readonly person: PersonState }
  | {
      readonly kind: "refused";
      readonly person: PersonState;
      readonly error: AuthorityError;
      readonly reason?: Reason;
    }
  | {
      readonly kind: "done";
      readonly person: PersonState;
      readonly account: SignedInAccount;
      readonly contexts: readonly string[];
    };

/** A sign-in in the browser that started it. */
export interface SignIn {
  readonly state: SandboxState;
  readonly interaction: Interaction;
  readonly browser: BrowserSession;
}

/** Finds the first thing that is missing, so that nobody is asked for what they have given. */
export function nextStep(signIn: SignIn): Step {
  const { interaction, browser } = signIn;
  if (interaction.choice.kind === "by-name") return { kind: "name-account" };
  const person = findAccount(signIn);
  if (person === undefined) return { kind: "pick-account" };
  const account = browser.accounts.get(person.key);
  if (account === undefined) return { kind: "password", person, expired: false };
  const outdatedBy = findOutdating(signIn, account);
  if (outdatedBy !== undefined) {
    return { kind: "password", person, expired: true, reason: { sentAs: outdatedBy } };
  }
  if (person.disabled) return refuse(person, 50057);
  if (!person.assigned) return refuse(person, 50105);
  return applyPolicies(signIn, person, account);
}

/** Returns who was picked here, else who the client hints at, else the only one signed in. */
function findAccount({ state, interaction, browser }: SignIn): PersonState | undefined {
  const { directory } = state;
  const { choice, request } = interaction;
  if (choice.kind === "picked") return directory.get(choice.personKey);
  if (choice.kind === "from-list" || request.prompt === "select_account") return undefined;
  const accounts = [...browser.accounts.values()];
  const ofSid = accounts.find(({ sid }) => sid === request.sid);
  if (ofSid !== undefined) return directory.get(ofSid.personKey);
  if (request.loginHint !== undefined) return findPerson(directory, request.loginHint);
  return accounts.length === 1 ? directory.get(accounts[0]?.personKey ?? "") : undefined;
}

/** Returns the parameter for which a password is too old, if it is. */
function findOutdating(
  { state, interaction }: SignIn,
  { facts }: SignedInAccount,
): string | undefined {
  const { startedAt, request } = interaction;
  const { prompt, maxAgeSeconds = Infinity } = request;
  if (facts.passwordAt >= startedAt) return undefined;
  if (prompt === "login") return "prompt = login";
  const isTooOld = state.now() - facts.passwordAt > maxAgeSeconds * 1000;
  return isTooOld ? `max_age = ${maxAgeSeconds}` : undefined;
}

function applyPolicies(
  { state, interaction }: SignIn,
  person: PersonState,
  account: SignedInAccount,
): Step {
  const contexts = interaction.request.contexts.map(({ id }) => id);
  const decision = evaluateAccess({ person, facts: account.facts, contexts, now: state.now() });
  if (decision.kind === "granted")
    return finish(interaction, { person, account, contexts: decision.contexts });
  const reason = reasonOf(decision.policy, interaction);
  if (decision.kind === "refused") {
    return { ...refuse(person, aadstsOf(decision, person)), reason };
  }
  return { kind: decision.missing, person, expired: decision.expired, reason };
}

/** Asks for consent where it is missing. */
function finish(
  { request, consented }: Interaction,
  granted: Omit<Extract<Step, { kind: "done" }>, "kind">,
): Step {
  const { person } = granted;
  const needsConsent = !person.consented || request.prompt === "consent";
  if (needsConsent && !consented) return { kind: "consent", person };
  return { kind: "done", ...granted };
}

/** Names the policy that decided, and the parameter that made it apply, if one did. */
function reasonOf(policy: Policy, { request }: Interaction): Reason {
  const asked = request.contexts.find(({ id }) => CONTEXT_POLICIES.get(id) === policy);
  return { policy: policy.name, sentAs: asked?.sentAs };
}

function refuse(person: PersonState, aadsts: AadstsCode): Extract<Step, { kind: "refused" }> {
  return { kind: "refused", person, error: new AuthorityError(aadsts) };
}

/** Returns the refusal of a request with `prompt=none` that gets no code. */
export function refusalOfSilentRequest(
  step: Exclude<Step, { kind: "done" }>,
  browser: BrowserSession,
): AuthorityError {
  switch (step.kind) {
    case "pick-account":
    case "name-account":
      return new AuthorityError(browser.accounts.size > 1 ? 16000 : 50058);
    case "password":
      return new AuthorityError(50058);
    case "second-factor": {
      const { expired, person } = step;
      return new AuthorityError(aadstsOf({ kind: "interaction-required", expired }, person));
    }
    case "consent":
      return new AuthorityError(65001);
    case "refused":
      return step.error;
  }
}
