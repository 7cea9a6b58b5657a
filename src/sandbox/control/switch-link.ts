import { type Clients, isOnRegisteredOrigin } from "../directory/clients.js";
import { findPerson, type PersonState } from "../directory/people.js";
import type { Endpoint } from "../faults.js";
import type { SandboxState } from "../sandbox-state.js";
import { describeEndpoint, ENDPOINTS, modeOf } from "./endpoints.js";
import { PERSON_SWITCHES, positionOf } from "./person-switches.js";
import { SESSION_ACTIONS } from "./session-actions.js";

/** The one button of a page that another page has linked to. */
export interface LinkedSwitch {
  readonly person: PersonState | undefined;
  /** What the button does: "Make the device compliant". */
  readonly action: string;
  /** When and how it shows. */
  readonly effect: string;
  /** The state before, in words, where there is one. */
  readonly now: string | undefined;
  /** The path in the control API, and the form to send there. */
  readonly path: string;
  readonly fields: Readonly<Record<string, string>>;
  /** Where the button leads to; `undefined` for the control page. */
  readonly returnTo: string | undefined;
}

type Found = Omit<LinkedSwitch, "person" | "returnTo">;

/**
 * Reads a link to a switch: `person`, `do`, `to` and `returnTo` of the control page's query. Returns
 * `undefined` when it names nothing that can be done.
 */
export function readSwitchLink(
  state: SandboxState,
  query: URLSearchParams,
): LinkedSwitch | undefined {
  const person = findPerson(state.directory, query.get("person") ?? "");
  const name = query.get("do") ?? "";
  const to = query.get("to") ?? undefined;
  const found =
    name === "faults" ? findFault(state, to) : person && findForPerson(person, name, to);
  if (found === undefined) return undefined;
  return { ...found, person, returnTo: readReturnAddress(state.clients, query.get("returnTo")) };
}

/**
 * Returns an address to go back to, when it is on the origin of a registered redirect URI: any other
 * would make the control page an open redirector.
 */
export function readReturnAddress(clients: Clients, address: string | null): string | undefined {
  return address !== null && isOnRegisteredOrigin(clients, address)
    ? new URL(address).href
    : undefined;
}

function findForPerson(person: PersonState, name: string, to?: string): Found | undefined {
  return findPersonSwitch(person, name, to) ?? findSessionAction(person, name, to);
}

function findPersonSwitch(person: PersonState, name: string, to?: string): Found | undefined {
  const found = PERSON_SWITCHES.find((each) => each.name === name);
  if (found === undefined) return undefined;
  const { on, off, clear } = found;
  const position = [found[clear], on, off].find(
    ({ value }) => value === (to ?? found[clear].value),
  );
  if (position === undefined) return undefined;
  return {
    action: position.action,
    effect: position.effect,
    now: positionOf(person, found).state,
    path: `people/${person.key}`,
    fields: { [name]: position.value },
  };
}

function findSessionAction({ key }: PersonState, name: string, to?: string): Found | undefined {
  const found = SESSION_ACTIONS.find(
    (each) => each.name === name && each.value === (to ?? each.value),
  );
  if (found === undefined) return undefined;
  const { action, effect, field, value } = found;
  return {
    action,
    effect,
    now: undefined,
    path: `people/${key}/${name}`,
    fields: { [field]: value },
  };
}

function findFault({ faults }: SandboxState, name = ""): Found | undefined {
  if (!Object.hasOwn(ENDPOINTS, name)) return undefined;
  const endpoint = name as Endpoint;
  return {
    action: `Make it work: ${ENDPOINTS[endpoint].title}`,
    effect: "At the next try: it responds.",
    now: describeEndpoint(endpoint, modeOf(faults.get(endpoint))),
    path: "faults",
    fields: { endpoint, mode: "none" },
  };
}
