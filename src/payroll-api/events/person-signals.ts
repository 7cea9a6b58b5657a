import { LRUCache } from "lru-cache";
import type { RequestedClaims } from "../require-auth-context.js";
import type { AccessToken } from "../trust/access-token.js";

/** An event about a person, as the authority reported it. Times are in seconds. */
export type PersonEvent =
  | { readonly kind: "session-revoked"; readonly personId: string; readonly at: number }
  | {
      readonly kind: "network-moved";
      readonly personId: string;
      readonly at: number;
      readonly ipAddress: string;
    };

/** The events that decide which tokens are still accepted (continuous access evaluation). */
export interface PersonSignals {
  readonly record: (event: PersonEvent) => void;
  /** Returns the claims that a newer token must satisfy; `undefined` when this one is accepted. */
  readonly requiredClaims: (token: AccessToken) => RequestedClaims | undefined;
}

interface PersonSignalsOptions {
  /** The clock, in milliseconds. */
  readonly now: () => number;
  readonly maxPeople?: number;
}

interface Signals {
  readonly revokedAt?: number;
  readonly moved?: { readonly at: number; readonly ipAddress: string };
}

/** Tokens under continuous access evaluation live up to 28 hours; revocations are kept longer. */
const MAX_AGE_MS = 29 * 60 * 60 * 1000;

/**
 * Creates a memory of the last revocation and the last known address of each person.
 *
 * Forgetting a revocation would make revoked tokens valid again. When there is no room for another
 * person, the oldest entry is dropped and every token issued before it must be renewed, whoever
 * holds it; that costs the client one silent request.
 */
export function createPersonSignals({
  now,
  maxPeople = 10_000,
}: PersonSignalsOptions): PersonSignals {
  let everybodyAt = 0;
  // Read with `peek`, because `get` would protect an entry from being dropped as the oldest.
  const people = new LRUCache<string, Signals>({
    max: maxPeople,
    ttl: MAX_AGE_MS,
    ttlResolution: 0,
    perf: { now },
    dispose: ({ revokedAt = 0, moved }, _personId, reason) => {
      if (reason === "evict") everybodyAt = Math.max(everybodyAt, revokedAt, moved?.at ?? 0);
    },
  });

  return {
    record: (event) => {
      const known = people.peek(event.personId) ?? {};
      people.set(event.personId, merge(known, event));
    },
    requiredClaims: (token) => {
      const { revokedAt = 0, moved } = people.peek(token.personId) ?? {};
      const validFrom = Math.max(revokedAt, everybodyAt);
      if (moved !== undefined && isElsewhere(token, moved)) {
        return renewAt(Math.max(validFrom, moved.at), moved.ipAddress);
      }
      return token.issuedAt < validFrom ? renewAt(validFrom) : undefined;
    },
  };
}

/** Adds an event; events can arrive out of order, and the latest of each kind counts. */
function merge(known: Signals, event: PersonEvent): Signals {
  const { at } = event;
  if (event.kind === "session-revoked") {
    return { ...known, revokedAt: Math.max(at, known.revokedAt ?? 0) };
  }
  const isOutdated = known.moved !== undefined && known.moved.at > at;
  return isOutdated ? known : { ...known, moved: { at, ipAddress: event.ipAddress } };
}

/** Returns whether a token is from another address; one without an address is judged by its age. */
function isElsewhere(token: AccessToken, moved: { at: number; ipAddress: string }): boolean {
  if (token.ipAddress === undefined) return token.issuedAt < moved.at;
  return token.ipAddress !== moved.ipAddress;
}

/** Returns the claims request with which Entra's own APIs ask for a newer token. */
function renewAt(seconds: number, ipAddress?: string): RequestedClaims {
  const nbf = { essential: true, value: String(seconds) };
  if (ipAddress === undefined) return { nbf };
  return { nbf, xms_rp_ipaddr: { value: ipAddress } };
}
