import type { ClaimsRequest } from "./claims-request.js";
import { readMembers, readOAuthError, readText } from "./oauth-error.js";
import type { OAuthError, SupportDetails } from "./oauth-error.js";
import { topicOfCodes } from "./refusal-topic.js";
import type { RefusalTopic } from "./refusal-topic.js";
import { readRetryAfter } from "./retry-after.js";

/** What was redeemed. */
export type TokenGrant = "authorization_code" | "refresh_token";

/** What the token endpoint answered. */
export interface TokenAnswer {
  /** The HTTP status; 0 when there was no answer. */
  readonly status: number;
  /** As received, or parsed JSON. */
  readonly body: unknown;
  /** The `Retry-After` field. */
  readonly retryAfter?: string | null | undefined;
  /** Why there was no answer. */
  readonly failure?: "network" | "certificate" | undefined;
  /** A refresh token unless given. */
  readonly grant?: TokenGrant | undefined;
  /** The clock, in milliseconds. */
  readonly now: number;
}

/** A sign-in may mend it. */
export interface InteractiveRefusal {
  readonly handling: "interactive";
  /** What the token endpoint asks for; to be merged with what an API asked for. */
  readonly claims?: ClaimsRequest;
  /** The person has not consented to the scopes. */
  readonly consent?: true;
  readonly topic?: RefusalTopic;
  /** The account is disabled or gone: the session ends before the new sign-in. */
  readonly endSession?: true;
  /** The refresh token is dead or not ours: it must not be sent again. */
  readonly dropRefreshToken?: true;
  /** The operator must hear of it. */
  readonly alert?: true;
  readonly support: SupportDetails;
}

/** Why a redirect to the authority would change nothing. */
export type UnrecoverableReason =
  | RefusalTopic
  /** The person said no. */
  | "cancelled"
  /** The authority cannot sign people in as the API demands. */
  | "cannot-step-up"
  /** The answer at the redirect URI is not an answer. */
  | "invalid-answer"
  /** The authority found that this client asks the same again and again. */
  | "loop"
  /** The settings of this client are wrong. */
  | "operator"
  /** The authority refuses the authorization request itself. */
  | "request-rejected"
  /** The authority's certificate does not verify. */
  | "untrusted-authority";

/** To be explained, without a redirect. */
export interface UnrecoverableRefusal {
  readonly handling: "unrecoverable";
  readonly reason: UnrecoverableReason;
  /** What the authority asks for nevertheless; never to be sent without the person's wish. */
  readonly claims?: ClaimsRequest;
  /** How long to ask for nothing. */
  readonly coolDownSeconds?: number;
  /** The operator must hear of it. */
  readonly alert?: true;
  readonly support: SupportDetails;
}

/** The authority cannot answer now. */
export interface TransientRefusal {
  readonly handling: "transient";
  /** When the authority wants to be asked again: 0 to 3,600. */
  readonly retryAfterSeconds?: number;
  /** One more try without the person is safe, after that time. */
  readonly mayRetry?: true;
  readonly support: SupportDetails;
}

/** What a refused token request means. The session stays, unless `endSession` says otherwise. */
export type TokenRefusal = InteractiveRefusal | UnrecoverableRefusal | TransientRefusal;

/** What came back to the redirect URI, in wire case; only these members are looked at. */
export interface AuthorizationError {
  readonly code?: unknown;
  readonly error?: unknown;
  readonly error_description?: unknown;
  readonly error_uri?: unknown;
  readonly suberror?: unknown;
  readonly claims?: unknown;
}

/** No interaction satisfies these, though MSAL calls the first interaction required. */
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
const TRANSIENT_ERRORS = new Set(["server_error", "temporarily_unavailable"]);
/** The errors of RFC 6749 §5.2 and of resources that are the operator's to mend. */
const OPERATOR_ERROR =
  /^(?:invalid_(?:client|request|scope|resource)|unauthorized_client|unsupported_.*)$/;
/** The refresh token is dead (`bad_token`, `token_expired`) or another client's. */
const DEAD_TOKEN_SUBERRORS = new Set(["bad_token", "client_mismatch", "token_expired"]);
/** Invalid, expired, sign-in frequency, inactive, fixed lifetime over, session or grant revoked. */
const DEAD_TOKEN_CODES = new Set([
  ...[70000, 70008, 70043, 700082, 700084],
  ...[50132, 50133, 50173],
]);
const CONSENT_CODE = 65001;
const LOOP_CODE = 50196;
const LOOP_COOL_DOWN_SECONDS = 300;
const ALERT = { alert: true } as const;

/**
 * Says what an answer of the token endpoint means, or undefined when it grants the request.
 *
 * `error` and `suberror` decide, and never the text of `error_description`; AADSTS codes refine. In
 * this order: no answer to go by; what nobody can satisfy; the operator's mistakes; a loop; what a
 * sign-in mends. Never throws.
 */
export function readTokenRefusal(answer: TokenAnswer): TokenRefusal | undefined {
  const members = readMembers(answer.body);
  const refused = readOAuthError(members);
  if (answer.failure === "certificate") {
    return unrecoverable("untrusted-authority", refused.support, ALERT);
  }
  const isGranted = answer.status === 200 && readText(members, "access_token") !== "";
  if (isGranted && refused.error === "") return undefined;
  if (isTransient(answer.status, refused.error)) return transient(answer, refused.support);
  if (UNSATISFIABLE_SUBERRORS.has(refused.suberror)) return blockedByPolicy(refused);
  if (!INTERACTIVE_ERRORS.has(refused.error)) {
    return unrecoverable("operator", refused.support, ALERT);
  }
  if (refused.codes.includes(LOOP_CODE)) return stoppedLoop(refused, ALERT);
  return signInAgain(refused, answer.grant ?? "refresh_token");
}

/**
 * Says what an error at the redirect URI means. The parameters came through the browser and may be
 * anybody's, so none of them ends a session or alerts the operator. Never throws.
 */
export function readAuthorizationRefusal(answer: AuthorizationError): TokenRefusal {
  const members = readMembers(answer);
  const refused = readOAuthError(members);
  const { error, support } = refused;
  // With both, the code is not redeemed: an answer is the one or the other (RFC 6749 §4.1.2).
  if (error === "" || readText(members, "code") !== "") {
    return unrecoverable("invalid-answer", support);
  }
  if (TRANSIENT_ERRORS.has(error)) return { handling: "transient", support };
  if (UNSATISFIABLE_SUBERRORS.has(refused.suberror)) return blockedByPolicy(refused);
  if (error === "access_denied") {
    return unrecoverable(topicOfCodes(refused.codes) ?? "cancelled", support);
  }
  if (error === "unmet_authentication_requirements") {
    return unrecoverable("cannot-step-up", support);
  }
  if (!INTERACTIVE_ERRORS.has(error)) return unrecoverable("request-rejected", support);
  return refused.codes.includes(LOOP_CODE) ? stoppedLoop(refused) : interactive(refused);
}

/** Whether there is no verdict to go by: no OAuth error, or the authority is not well. */
function isTransient(status: number, error: string): boolean {
  if (error === "" || TRANSIENT_ERRORS.has(error)) return true;
  if (status === 0 || status === 429 || status >= 500) return true;
  const isKnown = INTERACTIVE_ERRORS.has(error) || OPERATOR_ERROR.test(error);
  return !isKnown && status < 400;
}

function transient(answer: TokenAnswer, support: SupportDetails): TransientRefusal {
  const retryAfterSeconds = readRetryAfter(answer.retryAfter, answer.now);
  // A code may have been spent by the request whose answer was lost.
  const mayRetry = answer.status !== 429 && answer.grant !== "authorization_code";
  return {
    handling: "transient",
    ...(retryAfterSeconds !== undefined && { retryAfterSeconds }),
    ...(mayRetry && { mayRetry }),
    support,
  };
}

function unrecoverable(
  reason: UnrecoverableReason,
  support: SupportDetails,
  more: Pick<UnrecoverableRefusal, "alert" | "claims" | "coolDownSeconds"> = {},
): UnrecoverableRefusal {
  return { handling: "unrecoverable", reason, ...more, support };
}

function blockedByPolicy({ codes, claims, support }: OAuthError): UnrecoverableRefusal {
  const reason = topicOfCodes(codes) ?? "policy-blocked";
  return unrecoverable(reason, support, claims === undefined ? {} : { claims });
}

function stoppedLoop({ support }: OAuthError, more?: typeof ALERT): UnrecoverableRefusal {
  return unrecoverable("loop", support, { ...more, coolDownSeconds: LOOP_COOL_DOWN_SECONDS });
}

function interactive({ error, suberror, codes, claims, support }: OAuthError): InteractiveRefusal {
  const asksConsent =
    [error, suberror].includes("consent_required") || codes.includes(CONSENT_CODE);
  const topic = topicOfCodes(codes);
  return {
    handling: "interactive",
    ...(claims !== undefined && { claims }),
    ...(asksConsent && { consent: true }),
    ...(topic !== undefined && { topic }),
    support,
  };
}

/** What a sign-in mends, with what becomes of the session and of the refresh token. */
function signInAgain(refused: OAuthError, grant: TokenGrant): InteractiveRefusal {
  const { claims, ...refusal } = interactive(refused);
  const isForeignToken = refused.suberror === "client_mismatch";
  const dropRefreshToken = grant === "refresh_token" && hasDeadToken(refused);
  return {
    ...refusal,
    // A refresh token of another client hints at mixed-up caches: its claims are not ours to follow.
    ...(claims !== undefined && !isForeignToken && { claims }),
    ...(refusal.topic === "account-disabled" && { endSession: true }),
    ...(dropRefreshToken && { dropRefreshToken }),
    ...(isForeignToken && ALERT),
  };
}

/** Whether the refresh token must not be sent again. */
function hasDeadToken({ suberror, codes }: OAuthError): boolean {
  return (
    DEAD_TOKEN_SUBERRORS.has(suberror) ||
    topicOfCodes(codes) === "account-disabled" ||
    codes.some((code) => DEAD_TOKEN_CODES.has(code))
  );
}
