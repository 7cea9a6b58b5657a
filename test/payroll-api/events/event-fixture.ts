import { randomUUID } from "node:crypto";
import type { Deviation } from "../../support/authority-keys.js";
import {
  AUDIENCE,
  type Claims,
  nowSeconds,
  type PayrollApiFixture,
} from "../payroll-api-fixture.js";

const CAEP = "https://schemas.openid.net/secevent/caep/event-type";

/** Returns the `events` claim of a revocation. */
export function revokedAt(event_timestamp: number): Claims {
  return { [`${CAEP}/session-revoked`]: { event_timestamp } };
}

/** Returns the `events` claim of a change of claims, such as another address. */
export function changedAt(event_timestamp: number, claims: Claims): Claims {
  return { [`${CAEP}/token-claims-change`]: { event_timestamp, claims } };
}

/** Returns the claims of a valid event about the person who is signed in. */
export function eventClaims({ authority }: PayrollApiFixture, events: Claims): Claims {
  return {
    iss: authority.issuer,
    aud: AUDIENCE,
    iat: nowSeconds(),
    jti: randomUUID(),
    sub_id: { format: "iss_sub", iss: authority.issuer, sub: authority.person.oid },
    events,
  };
}

/** Signs claims as a security event token. */
export async function signEvent(
  { authority }: PayrollApiFixture,
  claims: Claims,
  deviation: Deviation = {},
): Promise<string> {
  const header = { typ: "secevent+jwt", ...deviation.header };
  return authority.sign(claims, { ...deviation, header });
}

/** Pushes a body to the API (RFC 8935). */
export async function pushEvent(
  { call }: PayrollApiFixture,
  body: string,
  type = "application/secevent+jwt",
): Promise<Response> {
  return call("/events", undefined, { method: "POST", headers: { "Content-Type": type }, body });
}
