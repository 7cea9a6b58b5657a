import { errors, type JWTPayload, jwtVerify } from "jose";
import { z } from "zod";
import {
  SECURITY_EVENT_TYP,
  SESSION_REVOKED,
  TOKEN_CLAIMS_CHANGE,
} from "../events/security-event.js";
import { GRAPH_AUDIENCE } from "../registration.js";
import { createExpiringMap, type SandboxState } from "../sandbox-state.js";

/** The events that Graph has received about one person; times in seconds since the epoch. */
export interface PersonEvents {
  readonly revokedAt?: number;
  readonly moved?: { readonly at: number; readonly ipaddr: string };
}

/** Why a receiver refuses a security event token: RFC 8935, section 2.4. */
type EventRefusal = "invalid_request" | "invalid_issuer" | "authentication_failed";

/** Graph's receiver of security events. Graph learns what the authority does in no other way. */
export interface SecurityEvents {
  /** Verifies a security event token and stores the event; returns why it is refused, if it is. */
  readonly receive: (jwt: string) => Promise<EventRefusal | undefined>;
  /** Returns the events about the person with an `oid`. */
  readonly eventsOf: (objectId: string) => PersonEvents;
}

const MAX_AGE_SECONDS = 300;
const DAY_MS = 24 * 60 * 60_000;

const timestamp = z.number().int().positive();
const payloadSchema = z.object({
  jti: z.string().min(1),
  iat: timestamp,
  sub_id: z.object({ format: z.literal("iss_sub"), iss: z.string(), sub: z.string() }),
  events: z.object({
    [SESSION_REVOKED]: z.object({ event_timestamp: timestamp }).optional(),
    [TOKEN_CLAIMS_CHANGE]: z
      .object({ event_timestamp: timestamp, claims: z.object({ ipaddr: z.string() }) })
      .optional(),
  }),
});

/** Creates a receiver without events. */
export function createSecurityEvents(state: SandboxState): SecurityEvents {
  const bounds = { max: 1000, ttl: DAY_MS, now: state.now };
  const eventsByPerson = createExpiringMap<PersonEvents>(bounds);
  const receivedIds = createExpiringMap<object>(bounds);
  return {
    eventsOf: (objectId) => eventsByPerson.get(objectId) ?? {},
    receive: async (jwt) => {
      const payload = await verify(state, jwt);
      if (payload === undefined) return "authentication_failed";
      const read = payloadSchema.safeParse(payload);
      if (!read.success) return "invalid_request";
      const { jti, iat, sub_id, events } = read.data;
      if (sub_id.iss !== state.issuer) return "invalid_issuer";
      if (Math.abs(state.now() / 1000 - iat) > MAX_AGE_SECONDS) return "invalid_request";
      // RFC 8935, section 2: a repeated token is acknowledged and has no other effect.
      if (receivedIds.has(jti)) return undefined;
      receivedIds.set(jti, {});
      eventsByPerson.set(sub_id.sub, merge(eventsByPerson.get(sub_id.sub) ?? {}, events));
      return undefined;
    },
  };
}

async function verify(
  { keys, issuer }: SandboxState,
  jwt: string,
): Promise<JWTPayload | undefined> {
  try {
    const { payload } = await jwtVerify(jwt, keys.find, {
      algorithms: ["RS256"],
      typ: SECURITY_EVENT_TYP,
      issuer,
      audience: GRAPH_AUDIENCE,
    });
    return payload;
  } catch (error) {
    if (error instanceof errors.JOSEError) return undefined;
    throw error;
  }
}

/** Keeps the later of two events of a type, because they may arrive in any order. */
function merge(known: PersonEvents, events: z.infer<typeof payloadSchema>["events"]): PersonEvents {
  const revoked = events[SESSION_REVOKED]?.event_timestamp ?? 0;
  const moved = events[TOKEN_CLAIMS_CHANGE];
  const revokedAt = Math.max(revoked, known.revokedAt ?? 0);
  const isNewer = moved !== undefined && moved.event_timestamp >= (known.moved?.at ?? 0);
  return {
    ...known,
    ...(revokedAt > 0 && { revokedAt }),
    ...(isNewer && { moved: { at: moved.event_timestamp, ipaddr: moved.claims.ipaddr } }),
  };
}
