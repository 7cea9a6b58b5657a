import { TENANT_DOMAIN } from "../registration.js";

/** Somebody who can sign in. */
export interface Person {
  /** Short name in URLs and switches: `ada`. */
  readonly key: string;
  readonly displayName: string;
  readonly givenName: string;
  readonly surname: string;
  readonly jobTitle: string;
  /** To sign in with: the user principal name, or a guest's address at home. */
  readonly username: string;
  /** The `oid` of their tokens: their id in this tenant. */
  readonly objectId: string;
  /** A guest's own tenant, and their id there. */
  readonly home?: { readonly tenantId: string; readonly objectId: string };
  /** What this person demonstrates. */
  readonly note: string;
}

/** Where a person's browser seems to be. */
type Network = "office" | "elsewhere";

/** The address that tokens carry for each network, from the ranges reserved for documentation. */
export const NETWORK_ADDRESS: Readonly<Record<Network, string>> = {
  office: "203.0.113.10",
  elsewhere: "198.51.100.20",
};

/** What the control page can switch about a person. */
export interface PersonSwitches {
  /** Has a second factor. */
  enrolled: boolean;
  deviceCompliant: boolean;
  /** Assigned to the app. */
  assigned: boolean;
  disabled: boolean;
  /** Refused by a policy, whatever they prove. */
  blocked: boolean;
  /** Has allowed the client to act for them. */
  consented: boolean;
  /** A policy requires the second factor for every token, whatever the API asks for. */
  secondFactorEverywhere: boolean;
  /** A renewal ignores the age of the sign-in; the next interactive sign-in does not. */
  signInFrequencyDeferred: boolean;
  network: Network;
}

/** A person with everything that changes. */
export interface PersonState extends Person, PersonSwitches {
  /** Seconds since the epoch: no access token is issued with an earlier `iat`. */
  tokensValidFrom: number;
  /** Seconds since the epoch: the latest `iat` of their access tokens. */
  lastTokenIssuedAt: number;
}

/** Everybody's password. It is prefilled and shown on the page. */
export const PASSWORD = "correct horse";

/** Everybody who can sign in. */
export const PEOPLE: readonly Person[] = [
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
    note: "No second factor yet: sets it up on the way",
  },
  {
    key: "cleo",
    displayName: "Cleo Lindqvist",
    givenName: "Cleo",
    surname: "Lindqvist",
    jobTitle: "Accountant",
    username: "cleo@sandbox.example",
    objectId: "5a4db0c5-cccc-4ccc-8ccc-00000000000c",
    note: "Unmanaged device",
  },
  {
    key: "dan",
    displayName: "Dan Sato",
    givenName: "Dan",
    surname: "Sato",
    jobTitle: "Visitor",
    username: "dan@sandbox.example",
    objectId: "5a4db0c5-dddd-4ddd-8ddd-00000000000d",
    note: "Not assigned to the app",
  },
  {
    key: "eli",
    displayName: "Eli Haddad",
    givenName: "Eli",
    surname: "Haddad",
    jobTitle: "Auditor",
    username: "eli@partner.example",
    objectId: "5a4db0c5-eeee-4eee-8eee-00000000000e",
    home: {
      tenantId: "5a4db0c5-4444-4444-8444-000000000004",
      objectId: "5a4db0c5-ffff-4fff-8fff-00000000000f",
    },
    note: "Guest from another tenant",
  },
];

/** The people of one sandbox, by key. */
export type Directory = ReadonlyMap<string, PersonState>;

/** Creates a directory of everybody, and of others if given, in their initial state. */
export function createDirectory(others: readonly Person[] = []): Directory {
  const states = [...PEOPLE, ...others].map((person) => ({
    ...person,
    ...initialSwitches(person.key),
    tokensValidFrom: 0,
    lastTokenIssuedAt: 0,
  }));
  return new Map(states.map((person) => [person.key, person]));
}

/** Returns a person's switches as they are at the start and after a reset. */
export function initialSwitches(key: string): PersonSwitches {
  return {
    enrolled: key !== "ben",
    deviceCompliant: key !== "cleo",
    assigned: key !== "dan",
    disabled: false,
    blocked: false,
    consented: true,
    secondFactorEverywhere: false,
    signInFrequencyDeferred: false,
    network: "office",
  };
}

/** Finds a person by username, or by the `login_hint` claim of their ID token. */
export function findPerson(directory: Directory, hint: string): PersonState | undefined {
  const username = hint.trim().toLowerCase();
  return [...directory.values()].find(
    (person) => person.username === username || loginHintOf(person) === hint,
  );
}

/** Returns the user principal name, in which Entra encodes the address of a guest. */
export function principalNameOf({ username, home }: Person): string {
  return home === undefined ? username : `${username.replace("@", "_")}#EXT#@${TENANT_DOMAIN}`;
}

/** Returns the `login_hint` claim. It is opaque to clients, which send it back as a hint. */
export function loginHintOf({ objectId }: Person): string {
  return `O.${Buffer.from(objectId).toString("base64url")}`;
}
