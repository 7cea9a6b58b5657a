import {
  hasDeadToken,
  isAccountDisabled,
  isForeignToken,
  isInteractive,
  isMalformed,
  isRepeatedRequest,
  isOperatorError,
  isTemporary,
  isUnsatisfiable,
} from "./error-meaning.js";
import { readMembers, readOAuthError, readText, type OAuthError } from "./oauth-error.js";
import { blockedByPolicy, stoppedLoop, type InteractiveRefusal, type Refusal } from "./refusal.js";
import { readRetryAfter } from "./retry-after.js";

/** What was redeemed. */
export type TokenGrant = "authorization_code" | "refresh_token";

/** A response of the token endpoint, and the request that it answers. */
export interface TokenResponse {
  /** The HTTP status; 0 when there was no response. */
  readonly status: number;
  /** As received, or parsed JSON. */
  readonly body: unknown;
  /** The `Retry-After` field. */
  readonly retryAfter?: string | null | undefined;
  /** Why there was no response. A certificate that does not verify is no outage. */
  readonly failure?: "network" | "certificate" | undefined;
  /** A refresh token unless given. */
  readonly grant?: TokenGrant | undefined;
  /** The clock, in milliseconds. */
  readonly now: number;
}

/** An access token that was acquired silently, or the authority's refusal. */
export type TokenResult =
  | {
      readonly kind: "token";
      readonly accessToken: string;
      /** Another request acquired this token after the refused one, without the claims of this one. */
      readonly isReplacement?: true;
    }
  | { readonly kind: "refused"; readonly refusal: Refusal };

/**
 * Reads what a response of the token endpoint means; returns undefined when it grants the request.
 *
 * `error` and `suberror` decide, never the text of `error_description`; AADSTS codes refine. In this
 * order: no usable response; a policy that no sign-in satisfies; the operator's mistakes; a loop;
 * what a sign-in resolves. Never throws.
 */
export function readTokenRefusal(response: TokenResponse): Refusal | undefined {
  const members = readMembers(response.body);
  const refused = readOAuthError(members);
  const { support } = refused;
  if (response.failure === "certificate") {
    return { handling: "unrecoverable", reason: "untrusted-authority", alert: true, support };
  }
  const isGranted = response.status === 200 && readText(members, "access_token") !== "";
  if (isGranted && refused.error === "") return undefined;
  if (isTransient(response.status, refused)) {
    const retryAfterSeconds = readRetryAfter(response.retryAfter, response.now);
    return { handling: "transient", retryAfterSeconds, support };
  }
  return readOAuthRefusal(refused, response.grant ?? "refresh_token");
}

function readOAuthRefusal(refused: OAuthError, grant: TokenGrant): Refusal {
  const { support } = refused;
  if (isUnsatisfiable(refused)) return { ...blockedByPolicy(refused), ...endOfSession(refused) };
  // The code came through the browser: anybody can send a wrong one, which must not alert the operator.
  const isWrongCode = grant === "authorization_code" && isMalformed(refused);
  if (!isInteractive(refused) && !isWrongCode) {
    return { handling: "unrecoverable", reason: "operator", alert: true, support };
  }
  if (isRepeatedRequest(refused)) return { ...stoppedLoop(refused), alert: true };
  return signInAgain(refused, grant);
}

/** Returns whether the response holds no OAuth error or reports a temporary failure. */
function isTransient(status: number, refused: OAuthError): boolean {
  if (refused.error === "" || isTemporary(refused)) return true;
  if (status === 429 || status >= 500) return true;
  const isKnown = isInteractive(refused) || isOperatorError(refused);
  return !isKnown && status < 400;
}

/** Returns what a sign-in resolves, with the effects on the session and the refresh token. */
function signInAgain(refused: OAuthError, grant: TokenGrant): InteractiveRefusal {
  const { claims, support } = refused;
  const isForeign = isForeignToken(refused);
  const isDead = grant === "refresh_token" && hasDeadToken(refused);
  return {
    handling: "interactive",
    // Another client's refresh token points to mixed-up caches: its claims are not for this client.
    claims: isForeign ? undefined : claims,
    ...endOfSession(refused),
    ...(isDead && { dropRefreshToken: true }),
    ...(isForeign && { alert: true }),
    support,
  };
}

/** Ends the session of an account that was disabled or deleted (ASVS 5.0, 7.4.2). */
function endOfSession(refused: OAuthError): { readonly endSession?: true } {
  return isAccountDisabled(refused) ? { endSession: true } : {};
}
