import { isInteractive, isLoop, isTemporary, isUnsatisfiable } from "./error-meaning.js";
import { readMembers, readOAuthError, readText, type ResponseMembers } from "./oauth-error.js";
import { topicOfCodes } from "./refusal-topic.js";
import { blockedByPolicy, stoppedLoop, type Refusal } from "./refusal.js";

/**
 * Reads what an error at the redirect URI means (RFC 6749 §4.1.2.1); the parameters are in wire case.
 *
 * The parameters came through the browser and anybody may have written them, so none of them ends a
 * session or alerts the operator. Never throws.
 */
export function readAuthorizationRefusal(response: ResponseMembers): Refusal {
  const members = readMembers(response);
  const refused = readOAuthError(members);
  const { error, codes, claims, support } = refused;
  // A response has a code or an error (RFC 6749 §4.1.2); with both, the code is not redeemed.
  if (error === "" || readText(members, "code") !== "") {
    return { handling: "unrecoverable", reason: "invalid-response", support };
  }
  if (isTemporary(refused)) return { handling: "transient", support };
  if (isUnsatisfiable(refused)) return blockedByPolicy(refused);
  if (error === "access_denied") {
    return { handling: "unrecoverable", reason: topicOfCodes(codes) ?? "cancelled", support };
  }
  if (error === "unmet_authentication_requirements") {
    return { handling: "unrecoverable", reason: "cannot-step-up", support };
  }
  if (!isInteractive(refused)) {
    return { handling: "unrecoverable", reason: "request-rejected", support };
  }
  return isLoop(refused) ? stoppedLoop(refused) : { handling: "interactive", claims, support };
}
