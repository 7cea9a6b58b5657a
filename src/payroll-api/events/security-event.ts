import { errors, type JWTPayload, jwtVerify } from "jose";
import { z } from "zod";
import type { TokenChecks } from "../trust/access-token.js";
import type { PersonEvent } from "./person-signals.js";

/** Error codes of RFC 8935 §2.4. */
export type EventErrorCode =
  | "invalid_request"
  | "invalid_key"
  | "invalid_issuer"
  | "invalid_audience"
  | "authentication_failed";

/** A security event token that is believed, or why not. */
export type SecurityEventVerdict =
  | { readonly kind: "believed"; readonly id: string; readonly events: readonly PersonEvent[] }
  | { readonly kind: "refused"; readonly error: EventErrorCode; readonly description: string };

/** Seconds that a token may be old, or ahead of our clock. */
export const MAX_EVENT_AGE_SECONDS = 300;

const CAEP = "https://schemas.openid.net/secevent/caep/event-type";
const SESSION_REVOKED = `${CAEP}/session-revoked`;
const TOKEN_CLAIMS_CHANGE = `${CAEP}/token-claims-change`;

const seconds = z.int().positive();

const payloadSchema = z.object({
  jti: z.string().min(1).max(256),
  iat: seconds,
  /** RFC 9493 §3.2.3. The authority's subjects are object ids, as in `oid`. */
  sub_id: z.object({
    format: z.literal("iss_sub"),
    iss: z.string(),
    sub: z.string().min(1).max(128),
  }),
  /** Other types of event may come along; they are not for us. */
  events: z.object({
    [SESSION_REVOKED]: z.object({ event_timestamp: seconds }).optional(),
    [TOKEN_CLAIMS_CHANGE]: z
      .object({
        event_timestamp: seconds,
        claims: z.object({ ipaddr: z.union([z.ipv4(), z.ipv6()]).optional() }),
      })
      .optional(),
  }),
});

/**
 * Verifies a security event token (RFC 8417) of the authority: the keys, issuer and audience are
 * those of access tokens, the type is not, so neither passes for the other.
 *
 * @throws `UpstreamError` when the authority's keys cannot be had.
 */
export async function verifySecurityEvent(
  jwt: string,
  checks: TokenChecks,
): Promise<SecurityEventVerdict> {
  try {
    const { payload } = await jwtVerify(jwt, checks.trust.findKey, {
      algorithms: ["RS256"],
      typ: "secevent+jwt",
      issuer: checks.trust.issuer,
      audience: [...checks.audience],
      currentDate: new Date(checks.now()),
    });
    return readEvents(payload, checks);
  } catch (error) {
    if (!(error instanceof errors.JOSEError)) throw error;
    return refuse(classify(error), "The token is not a security event token for this API");
  }
}

function readEvents(payload: JWTPayload, { trust, now }: TokenChecks): SecurityEventVerdict {
  const parsed = payloadSchema.safeParse(payload);
  if (!parsed.success) return refuse("invalid_request", "The claims are not those of an event");
  const { jti, iat, sub_id: subject, events: wire } = parsed.data;
  if (subject.iss !== trust.issuer) {
    return refuse("invalid_request", "The subject belongs to another issuer");
  }
  const events = toPersonEvents(subject.sub, wire);
  const today = now() / 1000;
  const isOld = iat < today - MAX_EVENT_AGE_SECONDS;
  // An event in the far future would refuse the person's every token until then.
  const isAhead = [iat, ...events.map(({ at }) => at)].some(
    (each) => each > today + MAX_EVENT_AGE_SECONDS,
  );
  if (isOld || isAhead) {
    return refuse("invalid_request", "The token or its event is too old or ahead of time");
  }
  return { kind: "believed", id: jti, events };
}

function toPersonEvents(
  personId: string,
  wire: z.infer<typeof payloadSchema>["events"],
): readonly PersonEvent[] {
  const revoked = wire[SESSION_REVOKED];
  const changed = wire[TOKEN_CLAIMS_CHANGE];
  const events: PersonEvent[] = [];
  if (revoked !== undefined) {
    events.push({ kind: "session-revoked", personId, at: revoked.event_timestamp });
  }
  const ipAddress = changed?.claims.ipaddr;
  if (changed !== undefined && ipAddress !== undefined) {
    events.push({ kind: "network-moved", personId, at: changed.event_timestamp, ipAddress });
  }
  return events;
}

function classify(error: errors.JOSEError): EventErrorCode {
  if (error instanceof errors.JWTClaimValidationFailed) {
    if (error.claim === "iss") return "invalid_issuer";
    if (error.claim === "aud") return "invalid_audience";
    return "invalid_request";
  }
  if (error instanceof errors.JWKSNoMatchingKey) return "invalid_key";
  if (error instanceof errors.JWSSignatureVerificationFailed) return "authentication_failed";
  return "invalid_request";
}

function refuse(error: EventErrorCode, description: string): SecurityEventVerdict {
  return { kind: "refused", error, description };
}
