import type { PersonState } from "../directory/people.js";
import type { SandboxState } from "../sandbox-state.js";
import { describePerson } from "./describe-state.js";
import { listEndpoints, MODES } from "./endpoints.js";
import { obstaclesOf, PERSON_SWITCHES, positionOf } from "./person-switches.js";
import { SESSION_ACTIONS } from "./session-actions.js";
import { readSwitchLink } from "./switch-link.js";

const GROUPS = ["Device and network", "Account and policies"] as const;

/** Returns what the template of the control page shows, for the query of its address. */
export function controlPage(state: SandboxState, query: URLSearchParams) {
  const { deliveries, faults, changes } = state;
  const lastChange = changes.at(-1);
  const link = readSwitchLink(state, query);
  const people = [...state.directory.values()];
  return {
    title: "Sandbox controls",
    people: people.map((person) => {
      const described = describePerson(state, person);
      const isSignedIn = described.signIns.length > 0;
      const isChanged = lastChange?.section === person.key;
      return {
        ...described,
        obstacles: obstaclesOf(person),
        isOpen: link === undefined ? isSignedIn || isChanged : link.person === person,
        groups: GROUPS.map((title) => ({ title, toggles: togglesOf(person, title) })),
      };
    }),
    frequencyDeferred: people.every((person) => person.signInFrequencyDeferred),
    endpoints: listEndpoints(faults),
    modes: MODES,
    deliveries: deliveries.toReversed(),
    actions: SESSION_ACTIONS,
    lastChange,
    link,
    isBadLink: query.has("do") && link === undefined,
  };
}

/** Describes the switches of one group: each shows its state, and turns to the other position. */
function togglesOf(person: PersonState, group: (typeof GROUPS)[number]) {
  return PERSON_SWITCHES.filter((each) => each.group === group).map((each) => {
    const isOn = positionOf(person, each) === each.on;
    const other = isOn ? each.off : each.on;
    return { name: each.name, label: each.label, isOn, value: other.value, hint: other.effect };
  });
}
