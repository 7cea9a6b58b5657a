import { errors, type JWTPayload, jwtVerify } from "jose";
import { z } from "zod";
import { createExpiringMap, type SandboxState } from "../sandbox-state.js";
import {
  SECURITY_EVENT_TYP,
  SESSION_REVOKED,
  TOKEN_CLAIMS_CHANGE,
} from "../events/security-event.js";
import { GRAPH_AUDIENCE } from "../registration.js";

/** What Graph was told of one person. Times in seconds since the epoch. */
export interface ToldOf {
  readonly revokedAt?: number;
  readonly moved?: { readonly at: number; readonly ipaddr: string };
}

/** How a receiver refuses a security event token: RFC 8935, section 2.4. */
export type EventRefusal = "invalid_request" | "invalid_issuer" | "authentication_failed";

/** What Graph knows of security events; it has no other view of what the authority does. */
export interface SecurityEvents {
  /** Believes a security event token when it verifies; gives the reason when it does not. */
  readonly receive: (jwt: string) => Promise<EventRefusal | undefined>;
  /** By `oid`. */
  readonly toldOf: (objectId: string) => ToldOf;
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

/** Gives a Graph that has heard of nothing yet. */
export function createSecurityEvents(state: SandboxState): SecurityEvents {
  const bounds = { max: 1000, ttl: DAY_MS, now: state.now };
  const heard = createExpiringMap<ToldOf>(bounds);
  const receivedJtis = createExpiringMap<object>(bounds);
  return {
    toldOf: (objectId) => heard.get(objectId) ?? {},
    receive: async (jwt) => {
      const payload = await verify(state, jwt);
      if (payload === undefined) return "authentication_failed";
      const read = payloadSchema.safeParse(payload);
      if (!read.success) return "invalid_request";
      const { jti, iat, sub_id, events } = read.data;
      if (sub_id.iss !== state.issuer) return "invalid_issuer";
      if (Math.abs(state.now() / 1000 - iat) > MAX_AGE_SECONDS) return "invalid_request";
      // RFC 8935, section 2: a repeated token is acknowledged and does nothing more.
      if (receivedJtis.has(jti)) return undefined;
      receivedJtis.set(jti, {});
      heard.set(sub_id.sub, learn(heard.get(sub_id.sub) ?? {}, events));
      return undefined;
    },
  };
}

async function verify({ key, issuer }: SandboxState, jwt: string): Promise<JWTPayload | undefined> {
  try {
    const { payload } = await jwtVerify(jwt, key.publicKey, {
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

/** Events may overtake each other; the later one counts, not the one that came last. */
function learn(known: ToldOf, events: z.infer<typeof payloadSchema>["events"]): ToldOf {
  const revoked = events[SESSION_REVOKED];
  const moved = events[TOKEN_CLAIMS_CHANGE];
  return {
    ...known,
    ...(revoked !== undefined && {
      revokedAt: Math.max(revoked.event_timestamp, known.revokedAt ?? 0),
    }),
    ...(moved !== undefined &&
      moved.event_timestamp >= (known.moved?.at ?? 0) && {
        moved: { at: moved.event_timestamp, ipaddr: moved.claims.ipaddr },
      }),
  };
}
