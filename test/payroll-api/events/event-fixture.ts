import { randomUUID } from "node:crypto";
import type { Deviation } from "../../support/authority-keys.js";
import { AUDIENCE, type PayrollApiFixture, PAYSLIPS_TOKEN } from "../payroll-api-fixture.js";

type Claims = Readonly<Record<string, unknown>>;

const CAEP = "https://schemas.openid.net/secevent/caep/event-type";

/** The clock in seconds, as tokens and events tell the time. */
export function nowSeconds(): number {
  return Math.floor(Date.now() / 1000);
}

/** The `events` of a revocation. */
export function revokedAt(event_timestamp: number): Claims {
  return { [`${CAEP}/session-revoked`]: { event_timestamp } };
}

/** The `events` of a change of claims, such as the address after a move. */
export function changedAt(event_timestamp: number, claims: Claims): Claims {
  return { [`${CAEP}/token-claims-change`]: { event_timestamp, claims } };
}

/** Gives the claims of a good event about the person who is signed in. */
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

/** Pushes a body to the API as RFC 8935 says. */
export async function pushEvent(
  { call }: PayrollApiFixture,
  body: string,
  type = "application/secevent+jwt",
): Promise<Response> {
  return call("/events", undefined, { method: "POST", headers: { "Content-Type": type }, body });
}

/** Calls with a token that is good but for the given claims. */
export async function getPayslips(
  { call, authority }: PayrollApiFixture,
  claims: Claims = {},
): Promise<Response> {
  const mint = { ...PAYSLIPS_TOKEN, claims: { ...PAYSLIPS_TOKEN.claims, ...claims } };
  return call("/payslips", await authority.mintAccessToken(mint));
}
