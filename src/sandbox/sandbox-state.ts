import type { JWK } from "jose";
import { LRUCache } from "lru-cache";
import type { AuthorizationRequest } from "./authorize/authorization-request.js";
import type { BrowserSession } from "./browser-session.js";
import type { Delivery, EventReceiver } from "./event-receiver.js";
import type { Faults } from "./faults.js";
import type { CodeRecord, RefreshTokenRecord } from "./grants.js";
import { createDirectory, type Directory } from "./people.js";
import { type Registration, TENANT_ID } from "./registration.js";
import type { SigningKey } from "./signing-key.js";

/** How it is decided who signs in. */
export type AccountChoice =
  | { readonly kind: "left-to-request" | "from-list" | "by-name" }
  | { readonly kind: "picked"; readonly personKey: string };

/** A sign-in under way on the pages, between the authorization request and its answer. */
export interface Interaction {
  /** What the address of its pages holds. */
  readonly id: string;
  /** Its pages answer this browser only. */
  readonly browserId: string;
  readonly request: AuthorizationRequest;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  choice: AccountChoice;
  /** The number on the page and the numbers on the phone, of which one is the same. */
  numberMatch?: { readonly shown: number; readonly choices: readonly number[] };
  consented: boolean;
  /** What went wrong in the last step, for its page. */
  problem?: string;
}

/** One sandbox: what all of its endpoints share. Several live side by side. */
export interface SandboxState {
  /** Its public origin, without a slash at the end. */
  readonly url: string;
  /** The `iss` of its tokens. */
  readonly issuer: string;
  readonly registration: Registration;
  /** The keys that may sign the client's assertions. */
  readonly clientPublicKeys: readonly JWK[];
  readonly key: SigningKey;
  readonly directory: Directory;
  readonly browsers: LRUCache<string, BrowserSession>;
  readonly interactions: LRUCache<string, Interaction>;
  readonly codes: LRUCache<string, CodeRecord>;
  readonly refreshTokens: LRUCache<string, RefreshTokenRecord>;
  readonly faults: Faults;
  /** The APIs that are told of security events. */
  readonly receivers: readonly EventReceiver[];
  /** The last pushes, the latest last. */
  readonly deliveries: Delivery[];
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** How long an authorization code can be redeemed. */
export const CODE_LIFETIME_MS = 10 * 60_000;

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** Creates the state of a sandbox in which nobody is signed in. */
export function createSandboxState(
  parts: Pick<
    SandboxState,
    "url" | "registration" | "clientPublicKeys" | "key" | "receivers" | "now"
  >,
): SandboxState {
  const { now } = parts;
  return {
    ...parts,
    issuer: `${parts.url}/${TENANT_ID}/v2.0`,
    directory: createDirectory(),
    faults: new Map(),
    deliveries: [],
    browsers: createExpiringMap({ max: 1000, ttl: 24 * HOUR_MS, now }),
    interactions: createExpiringMap({ max: 1000, ttl: 30 * MINUTE_MS, now }),
    // Twice the lifetime, so that an expired code is told from an unknown one.
    codes: createExpiringMap({ max: 5000, ttl: 2 * CODE_LIFETIME_MS, now }),
    refreshTokens: createExpiringMap({ max: 5000, ttl: 24 * HOUR_MS, now }),
  };
}

/** Creates a map of at most `max` entries, each of which expires `ttl` milliseconds after it is set. */
export function createExpiringMap<Value extends object>(options: {
  readonly max: number;
  readonly ttl: number;
  readonly now: () => number;
}): LRUCache<string, Value> {
  const { max, ttl, now } = options;
  // Without a resolution of 0 the cache would not notice a clock that a test moves.
  return new LRUCache({ max, ttl, ttlResolution: 0, perf: { now } });
}
