import type { ClaimsRequest } from "./claims-request.js";
import {
  hasDeadToken,
  isAccountDisabled,
  isForeignToken,
  isInteractive,
  isLoop,
  isOperatorError,
  isTemporary,
  isUnsatisfiable,
  lacksConsent,
} from "./error-meaning.js";
import { readMembers, readOAuthError, readText } from "./oauth-error.js";
import type { OAuthError, SupportDetails } from "./oauth-error.js";
import { type RefusalTopic, topicOfCodes } from "./refusal-topic.js";
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
interface InteractiveRefusal {
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
  /** The account is disabled or gone. */
  readonly endSession?: true;
  /** The operator must hear of it. */
  readonly alert?: true;
  readonly support: SupportDetails;
}

/** The authority cannot answer now. */
interface TransientRefusal {
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
  if (isTransient(answer.status, refused)) return transient(answer, refused.support);
  if (isUnsatisfiable(refused)) {
    return { ...blockedByPolicy(refused), ...endOfSession(refused) };
  }
  if (!isInteractive(refused)) {
    return unrecoverable("operator", refused.support, ALERT);
  }
  if (isLoop(refused)) return stoppedLoop(refused, ALERT);
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
  if (isTemporary(refused)) return { handling: "transient", support };
  if (isUnsatisfiable(refused)) return blockedByPolicy(refused);
  if (error === "access_denied") {
    return unrecoverable(topicOfCodes(refused.codes) ?? "cancelled", support);
  }
  if (error === "unmet_authentication_requirements") {
    return unrecoverable("cannot-step-up", support);
  }
  if (!isInteractive(refused)) return unrecoverable("request-rejected", support);
  return isLoop(refused) ? stoppedLoop(refused) : interactive(refused);
}

/** Whether there is no verdict to go by: no OAuth error, or the authority is not well. */
function isTransient(status: number, refused: OAuthError): boolean {
  if (refused.error === "" || isTemporary(refused)) return true;
  if (status === 429 || status >= 500) return true;
  const isKnown = isInteractive(refused) || isOperatorError(refused);
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

function interactive(refused: OAuthError): InteractiveRefusal {
  const { codes, claims, support } = refused;
  const topic = topicOfCodes(codes);
  return {
    handling: "interactive",
    ...(claims !== undefined && { claims }),
    ...(lacksConsent(refused) && { consent: true }),
    ...(topic !== undefined && { topic }),
    support,
  };
}

/** What a sign-in mends, with what becomes of the session and of the refresh token. */
function signInAgain(refused: OAuthError, grant: TokenGrant): InteractiveRefusal {
  const { claims, ...refusal } = interactive(refused);
  const isForeign = isForeignToken(refused);
  const dropRefreshToken = grant === "refresh_token" && hasDeadToken(refused);
  return {
    ...refusal,
    // A refresh token of another client hints at mixed-up caches: its claims are not ours to follow.
    ...(claims !== undefined && !isForeign && { claims }),
    ...endOfSession(refused),
    ...(dropRefreshToken && { dropRefreshToken }),
    ...(isForeign && ALERT),
  };
}

/** Nobody goes on under an account that was disabled or deleted (ASVS 5.0, 7.4.2). */
function endOfSession(refused: OAuthError): { readonly endSession?: true } {
  return isAccountDisabled(refused) ? { endSession: true } : {};
}
