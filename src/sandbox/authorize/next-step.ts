import { type AadstsCode, AuthorityError } from "../aadsts.js";
import { aadstsOf, evaluateAccess } from "../directory/evaluate-access.js";
import { findPerson, type PersonState } from "../directory/people.js";
import type { Interaction, SandboxState } from "../sandbox-state.js";
import type { BrowserSession, SignedInAccount } from "./browser-session.js";

/** The next step of a sign-in. */
export type Step =
  | { readonly kind: "pick-account" | "name-account" }
  | {
      readonly kind: "password" | "second-factor";
      readonly person: PersonState;
      /** It was given once, but too long ago. */
      readonly expired: boolean;
    }
  | { readonly kind: "consent"; readonly person: PersonState }
  | { readonly kind: "refused"; readonly person: PersonState; readonly error: AuthorityError }
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
  if (isPasswordTooOld(signIn, account)) return { kind: "password", person, expired: true };
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

function isPasswordTooOld({ state, interaction }: SignIn, { facts }: SignedInAccount): boolean {
  const { startedAt, request } = interaction;
  const { prompt, maxAgeSeconds = Infinity } = request;
  if (facts.passwordAt >= startedAt) return false;
  return prompt === "login" || state.now() - facts.passwordAt > maxAgeSeconds * 1000;
}

function applyPolicies(
  { state, interaction }: SignIn,
  person: PersonState,
  account: SignedInAccount,
): Step {
  const { contexts, prompt } = interaction.request;
  const decision = evaluateAccess({ person, facts: account.facts, contexts, now: state.now() });
  if (decision.kind === "refused") return refuse(person, aadstsOf(decision, person));
  if (decision.kind === "interaction-required") {
    return { kind: decision.missing, person, expired: decision.expired };
  }
  const needsConsent = !person.consented || prompt === "consent";
  if (needsConsent && !interaction.consented) return { kind: "consent", person };
  return { kind: "done", person, account, contexts: decision.contexts };
}

function refuse(person: PersonState, aadsts: AadstsCode): Step {
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
