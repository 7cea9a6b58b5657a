import {
  isMessage,
  type Message,
  type MessageKind,
  type TraceEntry,
} from "../../trace/trace-entry.js";

/** A section of a specification. */
export interface Section {
  readonly label: string;
  readonly href: string;
}

const BEARER_401: Section = {
  label: "RFC 6750 §3: the WWW-Authenticate header",
  href: "https://www.rfc-editor.org/rfc/rfc6750#section-3",
};
const CLAIMS_CHALLENGES: Section = {
  label: "Microsoft: Claims challenges",
  href: "https://learn.microsoft.com/entra/identity-platform/claims-challenge",
};
const CLAIMS_PARAMETER: Section = {
  label: "OpenID Connect Core §5.5: the claims parameter",
  href: "https://openid.net/specs/openid-connect-core-1_0.html#ClaimsParameter",
};
const REFRESH: Section = {
  label: "RFC 6749 §6: refreshing an access token",
  href: "https://www.rfc-editor.org/rfc/rfc6749#section-6",
};
const CODE_GRANT: Section = {
  label: "RFC 6749 §4.1: the authorization code grant",
  href: "https://www.rfc-editor.org/rfc/rfc6749#section-4.1",
};
const PKCE: Section = {
  label: "RFC 7636: PKCE",
  href: "https://www.rfc-editor.org/rfc/rfc7636",
};
const ISSUER: Section = {
  label: "RFC 9207: iss in the authorization response",
  href: "https://www.rfc-editor.org/rfc/rfc9207",
};
const STEP_UP: Section = {
  label: "RFC 9470: step-up authentication, acr_values",
  href: "https://www.rfc-editor.org/rfc/rfc9470",
};
const REVOCATION: Section = {
  label: "CAEP: session revoked, token claims change",
  href: "https://openid.net/specs/openid-caep-1_0-final.html",
};
const USE_OF_TOKEN: Section = {
  label: "RFC 6750 §2.1: the Authorization header",
  href: "https://www.rfc-editor.org/rfc/rfc6750#section-2.1",
};
const ERRORS: Section = {
  label: "RFC 6749 §5: token responses and errors",
  href: "https://www.rfc-editor.org/rfc/rfc6749#section-5",
};
const DISCOVERY: Section = {
  label: "OpenID Connect Discovery §4",
  href: "https://openid.net/specs/openid-connect-discovery-1_0.html#ProviderConfig",
};
const ID_TOKEN: Section = {
  label: "OpenID Connect Core §3.1.3.7: ID token validation",
  href: "https://openid.net/specs/openid-connect-core-1_0.html#IDTokenValidation",
};

const BY_KIND: Readonly<Record<MessageKind, readonly Section[]>> = {
  "api-call": [USE_OF_TOKEN],
  "api-response": [],
  "token-request": [],
  "token-response": [ERRORS],
  "metadata-request": [DISCOVERY],
  "metadata-response": [DISCOVERY],
  "keys-request": [ID_TOKEN],
  "keys-response": [ID_TOKEN],
  "authorization-request": [CODE_GRANT, PKCE],
  "authorization-response": [CODE_GRANT, ISSUER],
};

/** Returns the sections that a message or a decision rests on. */
export function sectionsOf(entry: TraceEntry): readonly Section[] {
  if (!isMessage(entry)) return [CLAIMS_CHALLENGES];
  return [...BY_KIND[entry.kind], ...sectionsOfStatus(entry), ...sectionsOfParameters(entry)];
}

function sectionsOfStatus({ kind, status }: Message): readonly Section[] {
  return kind === "api-response" && status === 401 ? [BEARER_401, CLAIMS_CHALLENGES] : [];
}

function sectionsOfParameters({ kind, claims = "", parameters }: Message): readonly Section[] {
  const names = new Set(parameters.map(({ name }) => name));
  const grant = names.has("code") ? [CODE_GRANT, PKCE] : [REFRESH];
  return [
    ...(kind === "token-request" ? grant : []),
    ...(claims === "" ? [] : [CLAIMS_PARAMETER]),
    ...(names.has("acr_values") || names.has("max_age") ? [STEP_UP] : []),
    ...(/"(?:nbf|xms_rp_ipaddr)"/.test(claims) ? [REVOCATION] : []),
  ];
}
