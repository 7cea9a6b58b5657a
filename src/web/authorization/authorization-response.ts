import type { Request } from "express";
import { RequestError } from "../../errors.js";

const NAMES = [
  "state",
  "code",
  "iss",
  "error",
  "error_description",
  "error_uri",
  "suberror",
  "claims",
  "admin_consent",
] as const;

/**
 * An authorization response (RFC 6749 §4.1.2, RFC 9207 §2), in wire case. `admin_consent` is in the
 * response of Entra's endpoint for administrators, which answers no request of this app.
 */
export type AuthorizationResponse = Partial<Record<(typeof NAMES)[number], string>>;

/**
 * Reads the authorization response of a request. An empty parameter counts as absent, but for `iss`:
 * an empty issuer is another one.
 *
 * @throws RequestError `ERR_BAD_REQUEST` when a parameter is repeated (RFC 6749 §3.1): an attacker
 *   may have added the second one.
 */
export function readAuthorizationResponse({
  query,
}: Pick<Request, "query">): AuthorizationResponse {
  const response: AuthorizationResponse = {};
  for (const name of NAMES) {
    const value = query[name];
    if (value === undefined || (value === "" && name !== "iss")) continue;
    if (typeof value !== "string") {
      const message = "The response of Microsoft Entra ID has a parameter twice.";
      throw new RequestError("ERR_BAD_REQUEST", message);
    }
    response[name] = value;
  }
  return response;
}
