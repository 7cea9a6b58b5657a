import type { OAuthError } from "./oauth-error.js";
import { topicOfCodes } from "./refusal-topic.js";

/** No interaction satisfies these, although MSAL treats the first as interaction required. */
const UNSATISFIABLE_SUBERRORS = new Set(["message_only", "protection_policy_required"]);

const INTERACTIVE_ERRORS = new Set([
  "account_selection_required",
  "consent_required",
  "interaction_required",
  "invalid_grant",
  "login_required",
  "user_password_expired",
]);

/** RFC 6749 §4.1.2.1. */
const TEMPORARY_ERRORS = new Set(["server_error", "temporarily_unavailable"]);

/** Errors of RFC 6749 §5.2 and of resources that only the operator can resolve. */
const OPERATOR_ERROR =
  /^(?:invalid_(?:client|request|resource|scope)|unauthorized_client|unsupported_.*)$/;

/** The refresh token is invalid (`bad_token`, `token_expired`) or another client's. */
const DEAD_TOKEN_SUBERRORS = new Set(["bad_token", "client_mismatch", "token_expired"]);

const INVALID_OR_EXPIRED_TOKEN = [70000, 70008, 70043, 700082, 700084];
const SESSION_REVOKED = [50132, 50133, 50173];
const DEAD_TOKEN_CODES = new Set([...INVALID_OR_EXPIRED_TOKEN, ...SESSION_REVOKED]);
const LOOP_CODE = 50196;
const MALFORMED_REQUEST_CODE = 9002313;

/** Returns whether a sign-in could only show a message. */
export function isUnsatisfiable({ suberror }: OAuthError): boolean {
  return UNSATISFIABLE_SUBERRORS.has(suberror);
}

/** Returns whether a sign-in may resolve it. */
export function isInteractive({ error }: OAuthError): boolean {
  return INTERACTIVE_ERRORS.has(error);
}

/** Returns whether the authority reports a temporary failure of its own. */
export function isTemporary({ error }: OAuthError): boolean {
  return TEMPORARY_ERRORS.has(error);
}

/** Returns whether the error is known to come from the settings of the client. */
export function isOperatorError({ error }: OAuthError): boolean {
  return OPERATOR_ERROR.test(error);
}

/** Returns whether the authority stopped a client that repeats the same request. */
export function isRepeatedRequest({ codes }: OAuthError): boolean {
  return codes.includes(LOOP_CODE);
}

/** Returns whether the authority cannot parse the request, as with a code that it did not issue. */
export function isMalformed({ codes }: OAuthError): boolean {
  return codes.includes(MALFORMED_REQUEST_CODE);
}

/** Returns whether the refresh token was issued to another client. */
export function isForeignToken({ suberror }: OAuthError): boolean {
  return suberror === "client_mismatch";
}

/** Returns whether the account was disabled or deleted. */
export function isAccountDisabled({ codes }: OAuthError): boolean {
  return topicOfCodes(codes) === "account-disabled";
}

/** Returns whether the refresh token must not be sent again. */
export function hasDeadToken(refused: OAuthError): boolean {
  const { suberror, codes } = refused;
  const isNamed = DEAD_TOKEN_SUBERRORS.has(suberror) || isAccountDisabled(refused);
  return isNamed || codes.some((code) => DEAD_TOKEN_CODES.has(code));
}
