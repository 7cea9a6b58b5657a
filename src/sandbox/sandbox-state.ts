import { LRUCache } from "lru-cache";
import type { AuthorizationRequest } from "./authorize/authorization-request.js";
import type { BrowserSession } from "./authorize/browser-session.js";
import type { Clients } from "./directory/clients.js";
import { createDirectory, type Directory, type Person } from "./directory/people.js";
import type { Faults } from "./faults.js";
import type { Misbehaviour } from "./misbehaviour/misbehaviours.js";
import { TENANT_ID } from "./registration.js";
import type { CodeRecord, RefreshTokenRecord } from "./token/grants.js";
import type { SigningKeys } from "./token/signing-keys.js";

/** A sign-in on the pages, from the authorization request to its response. */
export interface Interaction {
  /** The last part of its pages' addresses. */
  readonly id: string;
  /** The browser that started it; its pages respond to no other. */
  readonly browserId: string;
  readonly request: AuthorizationRequest;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  /** How the account is chosen. */
  choice:
    | { readonly kind: "by-request" | "from-list" | "by-name" }
    | { readonly kind: "picked"; readonly personKey: string };
  /** The number on the page, and the numbers on the phone to pick it from. */
  numberMatch?: { readonly shown: number; readonly choices: readonly number[] };
  consented: boolean;
  /** What was wrong with the last form, for the next page. */
  problem?: string;
}

/** An API that receives security events. */
interface EventReceiver {
  readonly url: string;
  /** The `aud` of the tokens sent there. */
  readonly audience: string;
}

/** The result of one push of a security event. */
export interface Delivery {
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** The receiver's address. */
  readonly receiver: string;
  /** The key of the person whom the event is about. */
  readonly person: string;
  /** The last part of the event type: `session-revoked`. */
  readonly event: string;
  readonly outcome: "accepted" | "refused" | "unreachable";
}

/** What the control page or its API has changed. */
export interface Change {
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** The part of the page that it belongs to: a person's key, `everybody` or `faults`. */
  readonly section: string;
  /** What is so now. */
  readonly text: string;
  /** When and how it shows. */
  readonly effect: string;
}

/** The state of one sandbox, which all of its endpoints share. Several sandboxes can run at once. */
export interface SandboxState {
  /** The public origin, without a slash at the end. */
  readonly url: string;
  /** The `iss` of its tokens. */
  readonly issuer: string;
  readonly clients: Clients;
  readonly keys: SigningKeys;
  readonly directory: Directory;
  readonly browsers: LRUCache<string, BrowserSession>;
  readonly interactions: LRUCache<string, Interaction>;
  readonly codes: LRUCache<string, CodeRecord>;
  readonly refreshTokens: LRUCache<string, RefreshTokenRecord>;
  readonly faults: Faults;
  readonly receivers: readonly EventReceiver[];
  /** The last pushes, the latest last. */
  readonly deliveries: Delivery[];
  /** Responses to redirect URIs have `iss`, and the metadata promise it (RFC 9207). */
  readonly issuerInResponses: boolean;
  /** What it does wrong, for tests of clients. */
  misbehaviour?: Misbehaviour | undefined;
  /** The last changes on the control page, the latest last. */
  readonly changes: Change[];
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** How long an authorization code can be redeemed. */
export const CODE_LIFETIME_MS = 10 * 60_000;

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

/** Creates the state of a sandbox in which nobody is signed in. */
export function createSandboxState(
  given: Pick<SandboxState, "url" | "clients" | "keys" | "receivers" | "now"> &
    Partial<Pick<SandboxState, "issuerInResponses">>,
  others?: readonly Person[],
): SandboxState {
  const { url, now } = given;
  return {
    issuerInResponses: false,
    ...given,
    issuer: `${url}/${TENANT_ID}/v2.0`,
    directory: createDirectory(others),
    faults: new Map(),
    deliveries: [],
    changes: [],
    browsers: createExpiringMap({ max: 1000, ttl: DAY_MS, now }),
    interactions: createExpiringMap({ max: 1000, ttl: 30 * MINUTE_MS, now }),
    // Twice the lifetime, to tell an expired code from an unknown one.
    codes: createExpiringMap({ max: 5000, ttl: 2 * CODE_LIFETIME_MS, now }),
    refreshTokens: createExpiringMap({ max: 5000, ttl: DAY_MS, now }),
  };
}

/** Creates a map of `max` entries at most, each of which expires after `ttl` milliseconds. */
export function createExpiringMap<Value extends object>({
  max,
  ttl,
  now,
}: {
  readonly max: number;
  readonly ttl: number;
  readonly now: () => number;
}): LRUCache<string, Value> {
  // Without the resolution of 0 the cache would reuse a time that it has read before.
  return new LRUCache({ max, ttl, ttlResolution: 0, perf: { now } });
}
