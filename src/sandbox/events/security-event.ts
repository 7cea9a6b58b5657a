import { randomUUID } from "node:crypto";
import type { PersonState } from "../directory/people.js";
import type { SandboxState } from "../sandbox-state.js";

/** The type of the CAEP event that a person's sessions were revoked. */
export const SESSION_REVOKED =
  "https://schemas.openid.net/secevent/caep/event-type/session-revoked";
/** The type of the CAEP event that a claim in a person's tokens has changed. */
export const TOKEN_CLAIMS_CHANGE =
  "https://schemas.openid.net/secevent/caep/event-type/token-claims-change";

/** A security event about a person; `timestamp` in seconds since the epoch. */
export type SecurityEvent =
  | { readonly type: typeof SESSION_REVOKED; readonly timestamp: number }
  | {
      readonly type: typeof TOKEN_CLAIMS_CHANGE;
      readonly timestamp: number;
      readonly claims: { readonly ipaddr: string };
    };

/** Media type, and `typ` of the header, of a security event token: RFC 8417, section 7. */
export const SECURITY_EVENT_TYP = "secevent+jwt";

/**
 * Signs a security event token for one receiver. It has no `exp`, and its subject is in `sub_id`, so
 * no API can accept it as an access token.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc8417#section-2.2 | RFC 8417, section 2.2}
 * @see {@link https://openid.net/specs/openid-caep-1_0-final.html | CAEP}
 */
export function signSecurityEvent(
  { issuer, keys, now }: SandboxState,
  { objectId }: PersonState,
  { event, audience }: { readonly event: SecurityEvent; readonly audience: string },
): Promise<string> {
  const { type, timestamp, ...rest } = event;
  const claims = {
    iss: issuer,
    aud: audience,
    iat: Math.floor(now() / 1000),
    jti: randomUUID(),
    sub_id: { format: "iss_sub", iss: issuer, sub: objectId },
    events: { [type]: { event_timestamp: timestamp, ...rest } },
  };
  return keys.sign(claims, { typ: SECURITY_EVENT_TYP });
}
