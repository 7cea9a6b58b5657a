import { type AadstsCode, AuthorityError } from "../aadsts.js";
import type { Interaction } from "../sandbox-state.js";
import type { BrowserSession, SignedInAccount } from "../browser-session.js";
import { evaluateAccess } from "../evaluate-access.js";
import { type Directory, findPerson, type PersonState } from "../people.js";
import { interactionCode, refusalCode } from "../policy-refusal.js";

/** What a sign-in needs next. */
export type Step =
  | { readonly kind: "pick-account" | "name-account" }
  | {
      readonly kind: "password" | "second-factor" | "consent";
      readonly person: PersonState;
      /** It was given once, but too long ago. */
      readonly expired: boolean;
    }
  | { readonly kind: "refused"; readonly person: PersonState; readonly error: AuthorityError }
  | {
      readonly kind: "done";
      readonly person: PersonState;
      readonly account: SignedInAccount;
      readonly contexts: readonly string[];
    };

/** What {@link nextStep} looks at. */
export interface SignInSituation {
  readonly interaction: Interaction;
  readonly browser: BrowserSession;
  readonly directory: Directory;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** Finds the first thing that is missing, so that nobody is asked for what they gave already. */
export function nextStep(situation: SignInSituation): Step {
  const { interaction, browser } = situation;
  if (interaction.choice.kind === "by-name") return { kind: "name-account" };
  const person = whoSignsIn(situation);
  if (person === undefined) return { kind: "pick-account" };
  const account = browser.accounts.get(person.person.key);
  if (account === undefined) return { kind: "password", person, expired: false };
  if (isPasswordTooOld(account, situation)) return { kind: "password", person, expired: true };
  const refusal = accountRefusal(person);
  if (refusal !== undefined) return refuse(person, refusal);
  return stepOfPolicy({ ...situation, person, account });
}

/** Picked here, else hinted by the client, else the only one who is signed in. */
function whoSignsIn({ interaction, browser, directory }: SignInSituation): PersonState | undefined {
  const { choice, request } = interaction;
  if (choice.kind === "picked") return directory.get(choice.personKey);
  if (choice.kind === "from-list" || request.prompt === "select_account") return undefined;
  const accounts = [...browser.accounts.values()];
  const ofSid = accounts.find(({ sid }) => sid === request.sid);
  if (ofSid !== undefined) return directory.get(ofSid.personKey);
  if (request.loginHint !== undefined) return findPerson(directory, request.loginHint);
  const [only] = accounts.length === 1 ? accounts : [];
  return only === undefined ? undefined : directory.get(only.personKey);
}

function isPasswordTooOld(account: SignedInAccount, situation: SignInSituation): boolean {
  const { startedAt, request } = situation.interaction;
  const { passwordAt } = account.facts;
  if (passwordAt >= startedAt) return false;
  if (request.prompt === "login") return true;
  if (request.maxAgeSeconds === undefined) return false;
  return situation.now - passwordAt > request.maxAgeSeconds * 1000;
}

function accountRefusal(person: PersonState): AadstsCode | undefined {
  if (person.disabled) return 50057;
  if (!person.assigned) return 50105;
  return undefined;
}

interface SignedIn extends SignInSituation {
  readonly person: PersonState;
  readonly account: SignedInAccount;
}

function stepOfPolicy({ interaction, now, person, account }: SignedIn): Step {
  const { contexts, prompt } = interaction.request;
  const decision = evaluateAccess({ person, facts: account.facts, contexts, now });
  if (decision.kind === "refused") return refuse(person, refusalCode(decision));
  if (decision.kind === "interaction-required") {
    return { kind: decision.missing, person, expired: decision.expired };
  }
  const asksConsent = !person.consented || prompt === "consent";
  if (asksConsent && !interaction.consented) return { kind: "consent", person, expired: false };
  return { kind: "done", person, account, contexts: decision.contexts };
}

function refuse(person: PersonState, aadsts: AadstsCode): Step {
  return { kind: "refused", person, error: new AuthorityError(aadsts) };
}

/**
 * Why a request with `prompt=none` cannot be answered with a code.
 *
 * @see {@link https://openid.net/specs/openid-connect-core-1_0.html#AuthError | OpenID Connect Core, section 3.1.2.6}
 */
export function silentRefusal(
  step: Exclude<Step, { kind: "done" }>,
  browser: BrowserSession,
): AuthorityError {
  switch (step.kind) {
    case "pick-account":
    case "name-account":
      return new AuthorityError(browser.accounts.size > 1 ? 16000 : 50058);
    case "password":
      return new AuthorityError(50058);
    case "second-factor":
      return new AuthorityError(interactionCode(step, step.person));
    case "consent":
      return new AuthorityError(65001);
    case "refused":
      return step.error;
  }
}
