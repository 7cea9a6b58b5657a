import type { PersonState, PersonSwitches } from "../directory/people.js";

/** One of the two positions of a switch. */
export interface Position {
  /** The value in the control API, as a form sends it. */
  readonly value: string;
  /** The state in words: "device managed". */
  readonly state: string;
  /** The button that leads to it. */
  readonly action: string;
  /** When and how it shows. */
  readonly effect: string;
}

/** A switch about a person on the control page. */
export interface PersonSwitch {
  /** The name in the control API. */
  readonly name: keyof PersonSwitches;
  readonly group: "Device and network" | "Account and policies";
  /** What is true when it is on. */
  readonly label: string;
  readonly on: Position;
  readonly off: Position;
  /** The position in which nothing is in the person's way. */
  readonly clear: "on" | "off";
}

/** Every switch about a person, in the order of the page. */
export const PERSON_SWITCHES: readonly PersonSwitch[] = [
  {
    name: "deviceCompliant",
    group: "Device and network",
    label: "Device managed",
    on: {
      value: "true",
      state: "device managed",
      action: "Make the device compliant",
      effect: "At the next try: tax forms open.",
    },
    off: {
      value: "false",
      state: "device not managed",
      action: "Make the device unmanaged",
      effect: "Next call: tax forms are refused (AADSTS53000).",
    },
    clear: "on",
  },
  {
    name: "network",
    group: "Device and network",
    label: "In the office network",
    on: {
      value: "office",
      state: "in the office network",
      action: "Move back to the office",
      effect: "Next call: renewed silently.",
    },
    off: {
      value: "elsewhere",
      state: "in another network",
      action: "Move to another network",
      effect: "Next call: renewed silently.",
    },
    clear: "on",
  },
  {
    name: "enrolled",
    group: "Account and policies",
    label: "Second factor set up",
    on: {
      value: "true",
      state: "second factor set up",
      action: "Set up the second factor",
      effect: "When a second factor is required: it is used.",
    },
    off: {
      value: "false",
      state: "no second factor",
      action: "Remove the second factor",
      effect: "When a second factor is required: set up on the way (AADSTS50079).",
    },
    clear: "on",
  },
  {
    name: "secondFactorEverywhere",
    group: "Account and policies",
    label: "MFA required for every token",
    on: {
      value: "true",
      state: "MFA required for every token",
      action: "Require MFA for every token",
      effect: "Next call: AADSTS50076, unless the second factor was used in this sign-in.",
    },
    off: {
      value: "false",
      state: "MFA not required for every token",
      action: "Stop requiring MFA for every token",
      effect: "Next token: only an authentication context requires MFA.",
    },
    clear: "off",
  },
  {
    name: "signInFrequencyDeferred",
    group: "Account and policies",
    label: "Sign-in frequency deferred",
    on: {
      value: "true",
      state: "sign-in frequency not checked when a token is renewed",
      action: "Defer the sign-in frequency",
      effect:
        "Once the sign-in is old: the bank account's token is renewed, and the API refuses it.",
    },
    off: {
      value: "false",
      state: "sign-in frequency checked for every token",
      action: "Stop deferring the sign-in frequency",
      effect: "Once the sign-in is old: the bank account's token is not renewed (AADSTS50078).",
    },
    clear: "off",
  },
  {
    name: "consented",
    group: "Account and policies",
    label: "Consent given",
    on: {
      value: "true",
      state: "consent given",
      action: "Give consent",
      effect: "Next token: issued without a question.",
    },
    off: {
      value: "false",
      state: "consent not given",
      action: "Withdraw consent",
      effect: "Next call: asked for consent (AADSTS65001).",
    },
    clear: "on",
  },
  {
    name: "assigned",
    group: "Account and policies",
    label: "Assigned to the app",
    on: {
      value: "true",
      state: "assigned to the app",
      action: "Assign to the app",
      effect: "At the next try: signs in.",
    },
    off: {
      value: "false",
      state: "not assigned to the app",
      action: "Unassign from the app",
      effect: "Next call: refused (AADSTS50105).",
    },
    clear: "on",
  },
  {
    name: "blocked",
    group: "Account and policies",
    label: "Blocked by policy",
    on: {
      value: "true",
      state: "blocked by policy",
      action: "Block by policy",
      effect: "Next call: refused (AADSTS53003).",
    },
    off: {
      value: "false",
      state: "not blocked",
      action: "Stop blocking",
      effect: "At the next try: tokens are issued.",
    },
    clear: "off",
  },
  {
    name: "disabled",
    group: "Account and policies",
    label: "Account disabled",
    on: {
      value: "true",
      state: "account disabled",
      action: "Disable the account",
      effect: "Next call: refused (AADSTS50057).",
    },
    off: {
      value: "false",
      state: "account enabled",
      action: "Enable the account",
      effect: "At the next try: signs in.",
    },
    clear: "off",
  },
];

/** Returns the position that a person's switch is in. */
export function positionOf(person: PersonState, { name, on, off }: PersonSwitch): Position {
  return String(person[name]) === on.value ? on : off;
}

/** Describes in words everything that is in a person's way, for a line of the overview. */
export function obstaclesOf(person: PersonState): string[] {
  return PERSON_SWITCHES.flatMap((each) => {
    const position = positionOf(person, each);
    return position === each[each.clear] ? [] : [position.state];
  });
}
