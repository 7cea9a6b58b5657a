import { isInteractive, isRepeatedRequest, isTemporary, isUnsatisfiable } from "./error-meaning.js";
import { readMembers, readOAuthError, readText } from "./oauth-error.js";
import type { OAuthError, ResponseMembers } from "./oauth-error.js";
import { topicOfCodes } from "./refusal-topic.js";
import { blockedByPolicy, stoppedLoop, type Refusal, type UnrecoverableReason } from "./refusal.js";

/**
 * Reads what an error at the redirect URI means (RFC 6749 §4.1.2.1); the parameters are in wire case.
 *
 * The person was at the authority already, so a refusal with a subject of its own (a device, an
 * assignment, an approval) is final, whatever its `error`: another redirect would not change it.
 *
 * The parameters came through the browser and anybody may have written them, so none of them ends a
 * session or alerts the operator. Never throws.
 */
export function readAuthorizationRefusal(response: ResponseMembers): Refusal {
  const members = readMembers(response);
  const refused = withShownCode(readOAuthError(members));
  const { error, claims, support } = refused;
  // A response has a code or an error (RFC 6749 §4.1.2); with both, the code is not redeemed.
  if (error === "" || readText(members, "code") !== "") {
    return { handling: "unrecoverable", reason: "invalid-response", support };
  }
  if (isTemporary(refused)) return { handling: "transient", support };
  if (isUnsatisfiable(refused)) return blockedByPolicy(refused);
  if (isRepeatedRequest(refused)) return stoppedLoop(refused);
  const reason = finalReason(refused);
  if (reason !== undefined) return { handling: "unrecoverable", reason, support };
  return { handling: "interactive", claims, support };
}

/** Returns why the authority will not authorize, or undefined when another try may succeed. */
function finalReason(refused: OAuthError): UnrecoverableReason | undefined {
  const { error, codes } = refused;
  if (error === "unmet_authentication_requirements") return "cannot-step-up";
  if (error === "access_denied") return topicOfCodes(codes) ?? "cancelled";
  return isInteractive(refused) ? topicOfCodes(codes) : "request-rejected";
}

/** Replaces the AADSTS numbers by the one that is shown, which may be in the description alone. */
function withShownCode(refused: OAuthError): OAuthError {
  const { aadsts } = refused.support;
  return aadsts === undefined ? refused : { ...refused, codes: [aadsts] };
}
