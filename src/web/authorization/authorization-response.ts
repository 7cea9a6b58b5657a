import type { Request } from "express";
import { RequestError } from "../../errors.js";

/** What the authority sends back to the redirect URI (RFC 6749 §4.1.2, RFC 9207 §2), in wire case. */
export interface AuthorizationAnswer {
  readonly state?: string;
  readonly code?: string;
  readonly iss?: string;
  readonly error?: string;
  readonly error_description?: string;
  readonly error_uri?: string;
  readonly suberror?: string;
  readonly claims?: string;
}

const NAMES = [
  ...(["state", "code", "iss", "error", "error_description"] as const),
  ...(["error_uri", "suberror", "claims"] as const),
];

/**
 * Reads the authority's answer.
 *
 * @throws RequestError `ERR_BAD_REQUEST` when a parameter is there twice (RFC 6749 §3.1): of two
 *   values, an attacker would have placed one.
 */
export function readAuthorizationAnswer({ query }: Pick<Request, "query">): AuthorizationAnswer {
  const answer: Record<string, string> = {};
  for (const name of NAMES) {
    const value = query[name];
    if (value === undefined || value === "") continue;
    if (typeof value !== "string") {
      const message = "The identity provider’s answer holds something twice.";
      throw new RequestError("ERR_BAD_REQUEST", message);
    }
    answer[name] = value;
  }
  return answer;
}
