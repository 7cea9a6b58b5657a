/** Somebody who can sign in: what never changes. */
export interface Person {
  /** Short name for URLs and switches: `ada`. */
  readonly key: string;
  readonly displayName: string;
  readonly givenName: string;
  readonly surname: string;
  readonly jobTitle: string;
  /** The user principal name that one signs in with. */
  readonly username: string;
  /** The `oid` of their tokens. */
  readonly objectId: string;
  /** What they are here to show, in a few words. */
  readonly note: string;
}

/** Where a person's browser seems to be. */
export type Network = "office" | "elsewhere";

/** The address that tokens carry for each network, from the ranges kept for documentation. */
export const NETWORK_ADDRESS: Readonly<Record<Network, string>> = {
  office: "203.0.113.10",
  elsewhere: "198.51.100.20",
};

/** A person, and how things stand with them. */
export interface PersonState extends PersonSwitches {
  readonly person: Person;
  /** Seconds since the epoch: no access token is issued with an earlier `iat`. */
  tokensValidFrom: number;
  /** Seconds since the epoch: the latest `iat` of their access tokens. */
  lastTokenIssuedAt: number;
}

/** What the control page can switch about a person. */
export interface PersonSwitches {
  enrolled: boolean;
  deviceCompliant: boolean;
  assigned: boolean;
  disabled: boolean;
  /** A policy blocks them whatever they do. */
  blocked: boolean;
  /** The client was allowed to act for them. */
  consented: boolean;
  /** A policy demands the second factor for every token, whatever the API says. */
  secondFactorEverywhere: boolean;
  network: Network;
}

/** Everybody's password. It is prefilled and written on the page. */
export const PASSWORD = "correct horse";

const PEOPLE: readonly Person[] = [
  {
    key: "ada",
    displayName: "Ada Okafor",
    givenName: "Ada",
    surname: "Okafor",
    jobTitle: "Engineer",
    username: "ada@sandbox.example",
    objectId: "5a4db0c5-aaaa-4aaa-8aaa-00000000000a",
    note: "Everything works",
  },
  {
    key: "ben",
    displayName: "Ben Moreau",
    givenName: "Ben",
    surname: "Moreau",
    jobTitle: "Designer",
    username: "ben@sandbox.example",
    objectId: "5a4db0c5-bbbb-4bbb-8bbb-00000000000b",
    note: "Has no second factor yet: sets it up on the way",
  },
  {
    key: "cleo",
    displayName: "Cleo Lindqvist",
    givenName: "Cleo",
    surname: "Lindqvist",
    jobTitle: "Accountant",
    username: "cleo@sandbox.example",
    objectId: "5a4db0c5-cccc-4ccc-8ccc-00000000000c",
    note: "Uses a device that nobody manages",
  },
  {
    key: "dan",
    displayName: "Dan Sato",
    givenName: "Dan",
    surname: "Sato",
    jobTitle: "Visitor",
    username: "dan@sandbox.example",
    objectId: "5a4db0c5-dddd-4ddd-8ddd-00000000000d",
    note: "Is not assigned to the app",
  },
];

/** The people of one sandbox, by key, each in the state that they start with. */
export type Directory = ReadonlyMap<string, PersonState>;

/** Gives everybody in the state that they start with. */
export function createDirectory(): Directory {
  return new Map(
    PEOPLE.map((person) => [
      person.key,
      { person, ...initialSwitches(person.key), tokensValidFrom: 0, lastTokenIssuedAt: 0 },
    ]),
  );
}

/** What a person's switches are set to at the start and after a reset. */
export function initialSwitches(key: string): PersonSwitches {
  return {
    enrolled: key !== "ben",
    deviceCompliant: key !== "cleo",
    assigned: key !== "dan",
    disabled: false,
    blocked: false,
    consented: true,
    secondFactorEverywhere: false,
    network: "office",
  };
}

/** Finds a person by what they would type, or by the `login_hint` claim of their ID token. */
export function findPerson(directory: Directory, hint: string): PersonState | undefined {
  const wanted = hint.trim().toLowerCase();
  return [...directory.values()].find(
    ({ person }) => person.username === wanted || loginHintOf(person) === hint,
  );
}

/** The `login_hint` claim: opaque to clients, who send it back as `login_hint` or `logout_hint`. */
export function loginHintOf(person: Person): string {
  return `O.${Buffer.from(person.objectId).toString("base64url")}`;
}
