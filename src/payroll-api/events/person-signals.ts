import type { AccessToken } from "../trust/access-token.js";
import { BoundedMap } from "../bounded-map.js";
import type { ClaimsRequest } from "../refusal.js";

/** Something that the authority reported of a person. Times are in seconds. */
export type PersonEvent =
  | { readonly kind: "session-revoked"; readonly personId: string; readonly at: number }
  | {
      readonly kind: "network-moved";
      readonly personId: string;
      readonly at: number;
      readonly ipAddress: string;
    };

/** What the authority reported of people, and what follows for their tokens. */
export interface PersonSignals {
  readonly record: (event: PersonEvent) => void;
  /** The claims that a token must be renewed with; `undefined` when nothing speaks against it. */
  readonly findObjection: (token: AccessToken) => ClaimsRequest | undefined;
}

/** What {@link createPersonSignals} needs. */
export interface PersonSignalsOptions {
  /** The clock, in milliseconds. */
  readonly now: () => number;
  readonly maxPeople?: number;
}

interface Signals {
  readonly revokedAt?: number;
  readonly moved?: { readonly at: number; readonly ipAddress: string };
}

/** Tokens under continuous access evaluation live up to 28 hours; no revocation is forgotten before. */
const MAX_AGE_MS = 29 * 60 * 60 * 1000;

/**
 * Keeps the last revocation and the last known address of each person.
 *
 * When there are too many people, the oldest is not forgotten silently, for that would make revoked
 * tokens good again: from then on every token older than that signal must be renewed, which costs
 * its holder one silent request.
 */
export function createPersonSignals({
  now,
  maxPeople = 10_000,
}: PersonSignalsOptions): PersonSignals {
  let everybodyAt = 0;
  const people = new BoundedMap<Signals>({
    maxEntries: maxPeople,
    maxAgeMs: MAX_AGE_MS,
    now,
    onEvict: ({ revokedAt = 0, moved }) => {
      everybodyAt = Math.max(everybodyAt, revokedAt, moved?.at ?? 0);
    },
  });

  return {
    record: (event) => {
      const known = people.get(event.personId) ?? {};
      people.set(event.personId, { ...known, ...merge(known, event) });
    },
    findObjection: (token) => {
      const { revokedAt = 0, moved } = people.get(token.personId) ?? {};
      const validFrom = Math.max(revokedAt, everybodyAt);
      if (moved !== undefined && isElsewhere(token, moved)) {
        return renewAt(Math.max(validFrom, moved.at), moved.ipAddress);
      }
      return token.issuedAt < validFrom ? renewAt(validFrom) : undefined;
    },
  };
}

/** Events may overtake each other on their way: the later one stands. */
function merge(known: Signals, event: PersonEvent): Signals {
  if (event.kind === "session-revoked") {
    return { revokedAt: Math.max(event.at, known.revokedAt ?? 0) };
  }
  if (known.moved !== undefined && known.moved.at > event.at) return {};
  return { moved: { at: event.at, ipAddress: event.ipAddress } };
}

/** A token that names no address is judged by its age. */
function isElsewhere(token: AccessToken, moved: { at: number; ipAddress: string }): boolean {
  if (token.ipAddress === undefined) return token.issuedAt < moved.at;
  return token.ipAddress !== moved.ipAddress;
}

/** The form in which Entra's resource providers ask for a newer token. */
function renewAt(seconds: number, ipAddress?: string): ClaimsRequest {
  return {
    access_token: {
      nbf: { essential: true, value: String(seconds) },
      ...(ipAddress !== undefined && { xms_rp_ipaddr: { value: ipAddress } }),
    },
  };
}
