import { randomUUID } from "node:crypto";
import type { SandboxState } from "../sandbox-state.js";
import type { PersonState } from "../people.js";

/** The CAEP event: a person's sessions were revoked. */
export const SESSION_REVOKED =
  "https://schemas.openid.net/secevent/caep/event-type/session-revoked";
/** The CAEP event: a claim of the tokens that are out is no longer true. */
export const TOKEN_CLAIMS_CHANGE =
  "https://schemas.openid.net/secevent/caep/event-type/token-claims-change";

/** Something that happened to a person, which the APIs have to know at once. */
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
 * Signs a security event token about one person for one receiver. It has no `exp` and its subject is
 * in `sub_id`, so that it can never pass as an access token.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc8417#section-2.2 | RFC 8417, section 2.2}
 * @see {@link https://openid.net/specs/openid-caep-1_0-final.html | CAEP}
 */
export function signSecurityEvent(
  state: SandboxState,
  { person }: PersonState,
  { event, audience }: { event: SecurityEvent; audience: string },
): Promise<string> {
  const { type, timestamp, ...rest } = event;
  const claims = {
    iss: state.issuer,
    aud: audience,
    iat: Math.floor(state.now() / 1000),
    jti: randomUUID(),
    sub_id: { format: "iss_sub", iss: state.issuer, sub: person.objectId },
    events: { [type]: { event_timestamp: timestamp, ...rest } },
  };
  return state.key.sign(claims, SECURITY_EVENT_TYP);
}
