import type { SignInFacts } from "../directory/evaluate-access.js";
import { NETWORK_ADDRESS, type PersonState } from "../directory/people.js";
import { POLICIES } from "../directory/policies.js";
import type { SandboxState } from "../sandbox-state.js";

/** Describes what the switches are set to, and their effects. Contains no token, code or cookie. */
export function describeState(state: SandboxState) {
  return {
    people: [...state.directory.values()].map((person) => describePerson(state, person)),
    faults: [...state.faults.values()],
    deliveries: state.deliveries.toReversed(),
    lastChange: state.changes.at(-1),
    changes: state.changes,
    policies: POLICIES.map(({ id, name }) => ({ id, name })),
  };
}

/** Describes one person; see {@link describeState}. */
export function describePerson(state: SandboxState, person: PersonState) {
  // The cache yields the browser that was used last first.
  const accounts = [...state.browsers.values()]
    .reverse()
    .flatMap((browser) => browser.accounts.get(person.key) ?? []);
  return {
    key: person.key,
    displayName: person.displayName,
    username: person.username,
    objectId: person.objectId,
    isGuest: person.home !== undefined,
    note: person.note,
    enrolled: person.enrolled,
    deviceCompliant: person.deviceCompliant,
    assigned: person.assigned,
    disabled: person.disabled,
    blocked: person.blocked,
    consented: person.consented,
    secondFactorEverywhere: person.secondFactorEverywhere,
    signInFrequencyDeferred: person.signInFrequencyDeferred,
    network: person.network,
    tokensValidFrom: person.tokensValidFrom,
    lastTokenIssuedAt: person.lastTokenIssuedAt,
    ipAddress: NETWORK_ADDRESS[person.network],
    /** One for each browser in which they are signed in. */
    signIns: accounts.map(({ facts }) => describeAge(facts, state.now())),
  };
}

function describeAge({ passwordAt, secondFactorAt }: SignInFacts, now: number) {
  return {
    passwordSecondsAgo: secondsBetween(passwordAt, now),
    secondFactorSecondsAgo:
      secondFactorAt === undefined ? undefined : secondsBetween(secondFactorAt, now),
  };
}

function secondsBetween(then: number, now: number): number {
  return Math.round((now - then) / 1000);
}
