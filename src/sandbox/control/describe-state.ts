import type { SandboxState } from "../sandbox-state.js";
import type { SignInFacts } from "../evaluate-access.js";
import type { Delivery } from "../event-receiver.js";
import type { Fault } from "../faults.js";
import { NETWORK_ADDRESS, type PersonState } from "../people.js";

/** A person, as `GET /control/state` shows them. */
export interface ControlledPerson extends Omit<PersonState, "person"> {
  readonly key: string;
  readonly displayName: string;
  readonly username: string;
  readonly objectId: string;
  readonly note: string;
  readonly ipAddress: string;
  /** One for each browser in which they are signed in. */
  readonly signIns: readonly SignInAge[];
}

/** How long ago, in seconds, somebody proved what. */
export interface SignInAge {
  readonly passwordSecondsAgo: number;
  readonly secondFactorSecondsAgo?: number;
}

/** What `GET /control/state` shows. */
export interface ControlState {
  readonly people: readonly ControlledPerson[];
  readonly faults: readonly Fault[];
  /** The last pushes of security events, the latest first. */
  readonly deliveries: readonly Delivery[];
}

/** Describes what the switches are set to and what they have done. No token, code or cookie. */
export function describeState(state: SandboxState): ControlState {
  return {
    people: [...state.directory.values()].map((person) => describePerson(state, person)),
    faults: [...state.faults.values()],
    deliveries: state.deliveries.toReversed(),
  };
}

function describePerson(state: SandboxState, personState: PersonState): ControlledPerson {
  const { person, ...rest } = personState;
  const { key, displayName, username, objectId, note } = person;
  const signIns = [...state.browsers.values()]
    .reverse()
    .flatMap(({ accounts }) => accounts.get(key) ?? [])
    .map(({ facts }) => ageOf(facts, state.now()));
  const ipAddress = NETWORK_ADDRESS[personState.network];
  return { key, displayName, username, objectId, note, ...rest, ipAddress, signIns };
}

function ageOf({ passwordAt, secondFactorAt }: SignInFacts, now: number): SignInAge {
  return {
    passwordSecondsAgo: Math.round((now - passwordAt) / 1000),
    ...(secondFactorAt !== undefined && {
      secondFactorSecondsAgo: Math.round((now - secondFactorAt) / 1000),
    }),
  };
}
