import type { PersonState } from "../directory/people.js";
import type { Fault } from "../faults.js";
import type { Change, SandboxState } from "../sandbox-state.js";
import { describeEndpoint, ENDPOINTS } from "./endpoints.js";
import { PERSON_SWITCHES } from "./person-switches.js";
import { SESSION_ACTIONS, type SessionAction } from "./session-actions.js";

type Description = Omit<Change, "at">;

/** How many changes are kept. */
const MAX_CHANGES = 50;

/** Keeps a change: the control page shows the last one, and apps can ask for all. */
export function recordChange(state: SandboxState, change: Description): void {
  state.changes.push({ at: state.now(), ...change });
  state.changes.splice(0, state.changes.length - MAX_CHANGES);
}

/** Describes switches that were set. */
export function describeSwitches(
  people: readonly PersonState[],
  switches: Readonly<Record<string, unknown>>,
): Description {
  const positions = PERSON_SWITCHES.flatMap(({ name, on, off }) =>
    name in switches ? [String(switches[name]) === on.value ? on : off] : [],
  );
  return {
    section: sectionOf(people),
    text: `${namesOf(people)}: ${positions.map(({ state }) => state).join(", ")}.`,
    effect: positions.map(({ effect }) => effect).join(" "),
  };
}

/** Describes a change of sessions. A value without a button of its own has that button's words. */
export function describeAction(
  people: readonly PersonState[],
  name: SessionAction["name"],
  value: string,
): Description {
  const actions = SESSION_ACTIONS.filter((each) => each.name === name);
  const { done = "", effect = "" } =
    actions.find((each) => each.value === value) ?? actions[0] ?? {};
  return { section: sectionOf(people), text: `${namesOf(people)}: ${done}.`, effect };
}

/** Describes a fault that was set or removed. */
export function describeFault({ endpoint, mode }: Fault): Description {
  const { effect } = ENDPOINTS[endpoint];
  return { section: "faults", text: `${describeEndpoint(endpoint, mode)}.`, effect };
}

function sectionOf([first, ...others]: readonly PersonState[]): string {
  return first === undefined || others.length > 0 ? "everybody" : first.key;
}

function namesOf([first, ...others]: readonly PersonState[]): string {
  return first === undefined || others.length > 0 ? "Everybody" : first.displayName;
}
