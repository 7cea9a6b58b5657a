import { challengeFor } from "../support/api-responses.js";
import { tokenError } from "../support/authority-grants.js";
import type { Person } from "../support/authority-tokens.js";
import type { ScriptedAnswer } from "../support/scripted-api.js";

/** In every text that nobody may see; lower case, because host names become that. */
export const MARK = "canary-of-the-authority-and-the-apis";

/** So short that the message of a JSON error cites all of it. */
export const SHORT_MARK = "canary-short";

/** In what is on pages of the person whose it is. */
export const OWN_MARK = "canary-that-is-adas-alone";

/** The one claim that the log may have. */
export const OID = "0d1e2f3a-4b5c-4d6e-8f90-a1b2c3d4e5f6";
/** What is typed into a form. */
export const IBAN = "DE02120300000000202051";

/** Who signs in, under a name that is a canary. */
export const ADA: Person = {
  oid: OID,
  name: `${OWN_MARK}-name`,
  username: `${OWN_MARK}-user@contoso.example`,
};

/** Looks like a stack, in case that a text of the authority gets into an error's. */
const FRAMES = `${MARK}-text\n    at ${MARK}-frame (\n    at ${MARK} (file:///app/main.js:1:1)`;

const REFUSED: Readonly<Record<string, unknown>> = {
  error_description: `AADSTS50076: ${FRAMES}`,
  error_uri: `https://login.example.com/error?code=50076&${MARK}-uri`,
  [`${MARK}_member`]: `${MARK}-value`,
};

/** Every header of a browser, a proxy and an attacker. */
export const HEADERS = {
  "User-Agent": `${MARK}-agent`,
  Referer: `http://localhost/${MARK}-referrer`,
  Authorization: `Bearer ${MARK}-bearer`,
  "X-Forwarded-For": `${MARK}-address`,
  "X-Request-Id": `${MARK}-request-id`,
  "Accept-Language": `${MARK}-language`,
};

/** APIs that fail, each with texts of its own. */
export const FAILING: readonly ScriptedAnswer[] = [
  { status: 500, body: `<h1>${FRAMES}</h1>` },
  { status: 400, body: { error: { code: `${MARK}-code`, message: FRAMES } } },
  { status: 403, body: { error: FRAMES }, headers: { "X-Canary": `${MARK}-header` } },
  { status: 200, body: `{"half": "${FRAMES}` },
  { status: 200, body: { payslips: `${MARK}-payslips` } },
  { status: 401, headers: { "WWW-Authenticate": `Bearer error="${MARK}", claims="${MARK}"` } },
  { status: 401, headers: { "WWW-Authenticate": `Bearer realm="${MARK}", claims="%%${MARK}` } },
  challengeFor({ access_token: { [`${MARK}_claim`]: { essential: true } } }),
  { status: 200, write: (response) => response.socket?.end(`HTTP/1.1 ${MARK}\r\n\r\n`) },
  { status: 429, body: FRAMES, headers: { "Retry-After": `${MARK}-later` } },
];

/** What the token endpoint responds with when it refuses or fails. */
export const REFUSING: readonly ScriptedAnswer[] = [
  tokenError(50076, "interaction_required", { ...REFUSED, claims: `{"${MARK}":1}` }),
  tokenError(53003, "access_denied", { ...REFUSED, suberror: `${MARK} sub\nerror` }),
  tokenError(7000215, "invalid_client", REFUSED),
  tokenError(70000, "invalid_grant", { ...REFUSED, correlation_id: `${MARK}-correlation` }),
  tokenError(90000, `${MARK} error`, { ...REFUSED, trace_id: MARK, timestamp: MARK }),
  { status: 200, body: { access_token: MARK, token_type: `${MARK}-type`, id_token: MARK } },
  { status: 200, body: { access_token: MARK, token_type: "Bearer", id_token: `${MARK}.x.y` } },
  { status: 500, body: FRAMES },
  { status: 200, body: `{"access_token":"${FRAMES}` },
];

/** Responses at the redirect URI that a browser brings. */
export const BROUGHT: readonly Readonly<Record<string, string>>[] = [
  { error: "access_denied", error_description: `AADSTS65004: ${FRAMES}` },
  { error: `${MARK} error`, error_description: FRAMES, error_uri: `${MARK}-uri` },
  { error: "interaction_required", claims: `{"${MARK}":{}}`, error_description: FRAMES },
  { code: `${MARK}-code`, iss: `https://${MARK}.example/v2.0` },
  { code: `${MARK}-code`, error: "server_error", error_description: FRAMES },
  { code: `${MARK}-code` },
];
