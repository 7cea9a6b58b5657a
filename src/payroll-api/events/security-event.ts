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

type SecurityEventVerdict =
  | { readonly kind: "valid"; readonly id: string; readonly events: readonly PersonEvent[] }
  | { readonly kind: "invalid"; readonly error: EventErrorCode; readonly description: string };

/** Seconds that a token may be old, or ahead of our clock. */
export const MAX_EVENT_AGE_SECONDS = 300;

const CAEP = "https://schemas.openid.net/secevent/caep/event-type";
const SESSION_REVOKED = `${CAEP}/session-revoked`;
const TOKEN_CLAIMS_CHANGE = `${CAEP}/token-claims-change`;

const seconds = z.int().positive();

const payloadSchema = z.object({
  jti: z.string().min(1).max(256),
  iat: seconds,
  /** RFC 9493 §3.2.3; `sub` is the person's object id, as in the `oid` of an access token. */
  sub_id: z.object({
    format: z.literal("iss_sub"),
    iss: z.string(),
    sub: z.string().min(1).max(128),
  }),
  /** Events of other types are ignored. */
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
 * Verifies a security event token (RFC 8417) of the authority. Keys, issuer and audience are those
 * of access tokens; the type differs, so that neither is accepted in place of the other.
 *
 * @throws `UpstreamError` when the authority's keys are unavailable.
 */
export async function verifySecurityEvent(
  jwt: string,
  checks: TokenChecks,
): Promise<SecurityEventVerdict> {
  try {
    const { payload } = await jwtVerify(jwt, checks.issuer.findKey, {
      algorithms: ["RS256"],
      typ: "secevent+jwt",
      issuer: checks.issuer.identifier,
      audience: [...checks.audience],
      currentDate: new Date(checks.now()),
    });
    return readEvents(payload, checks);
  } catch (error) {
    if (!(error instanceof errors.JOSEError)) throw error;
    return invalid(classify(error), "The token is not a security event token for this API");
  }
}

function readEvents(payload: JWTPayload, { issuer, now }: TokenChecks): SecurityEventVerdict {
  const parsed = payloadSchema.safeParse(payload);
  if (!parsed.success) return invalid("invalid_request", "The claims are not those of an event");
  const { jti, iat, sub_id: subject, events: received } = parsed.data;
  if (subject.iss !== issuer.identifier) {
    return invalid("invalid_request", "The subject belongs to another issuer");
  }
  const events = toPersonEvents(subject.sub, received);
  const nowSeconds = now() / 1000;
  // An event in the far future would make the API refuse the person's every token until then.
  const newest = Math.max(iat, ...events.map(({ at }) => at));
  const isOld = iat < nowSeconds - MAX_EVENT_AGE_SECONDS;
  if (isOld || newest > nowSeconds + MAX_EVENT_AGE_SECONDS) {
    return invalid("invalid_request", "The token or its event is too old or ahead of time");
  }
  return { kind: "valid", id: jti, events };
}

function toPersonEvents(
  personId: string,
  received: z.infer<typeof payloadSchema>["events"],
): readonly PersonEvent[] {
  const revoked = received[SESSION_REVOKED];
  const changed = received[TOKEN_CLAIMS_CHANGE];
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

function invalid(error: EventErrorCode, description: string): SecurityEventVerdict {
  return { kind: "invalid", error, description };
}
