import type { ClaimsRequest } from "./claims-request.js";
import { topicOfCodes, type RefusalTopic } from "./refusal-topic.js";
import type { OAuthError, SupportDetails } from "./oauth-error.js";

/** A refusal that a sign-in may resolve. */
export interface InteractiveRefusal {
  readonly handling: "interactive";
  /** The authority's claims; to be merged with those of an API. */
  readonly claims?: ClaimsRequest | undefined;
  /** The account is disabled or deleted: the session ends before the new sign-in. */
  readonly endSession?: true;
  /** The refresh token is invalid or another client's: it must not be sent again. */
  readonly dropRefreshToken?: true;
  /** The operator must be alerted. */
  readonly alert?: true;
  readonly support: SupportDetails;
}

/** Why a redirect to the authority would change nothing. */
export type UnrecoverableReason =
  | RefusalTopic
  /** The person cancelled. */
  | "cancelled"
  /** The authority cannot sign people in as the API demands. */
  | "cannot-step-up"
  /** A renewal brought tokens that are not verifiably of the person who is signed in. */
  | "foreign-tokens"
  /** The request to the redirect URI is no authorization response. */
  | "invalid-response"
  /** The authority stopped a client that repeats the same request. */
  | "loop"
  /** The settings of this client are wrong. */
  | "operator"
  /** The authority refuses the authorization request itself. */
  | "request-rejected"
  /** The authority's certificate does not verify. */
  | "untrusted-authority";

/** A refusal to be explained, without a redirect. */
export interface UnrecoverableRefusal {
  readonly handling: "unrecoverable";
  readonly reason: UnrecoverableReason;
  /** How long to send the authority nothing. */
  readonly coolDownSeconds?: number;
  /** The account is disabled or deleted, or the tokens are of somebody else. */
  readonly endSession?: true;
  /** The operator must be alerted. */
  readonly alert?: true;
  readonly support: SupportDetails;
}

/** A failure that may pass. */
export interface TransientRefusal {
  readonly handling: "transient";
  /** When the authority accepts the next request: 0 to 3,600. */
  readonly retryAfterSeconds?: number | undefined;
  readonly support: SupportDetails;
}

/** What a refusal of the authority means. The session stays, unless `endSession` is set. */
export type Refusal = InteractiveRefusal | UnrecoverableRefusal | TransientRefusal;

const LOOP_COOL_DOWN_SECONDS = 300;

/** Returns the refusal of a policy that no sign-in satisfies. */
export function blockedByPolicy({ codes, support }: OAuthError): UnrecoverableRefusal {
  const reason = topicOfCodes(codes) ?? "policy-blocked";
  return { handling: "unrecoverable", reason, support };
}

/** Returns the refusal of a client that repeats itself; it has to pause for five minutes. */
export function stoppedLoop({ support }: OAuthError): UnrecoverableRefusal {
  const coolDownSeconds = LOOP_COOL_DOWN_SECONDS;
  return { handling: "unrecoverable", reason: "loop", coolDownSeconds, support };
}
