import { createHash } from "node:crypto";
import { AuthorityError } from "../aadsts.js";
import type { Parameters } from "../request-parameters.js";

/** What the verifier of a code has to fit (PKCE). */
export interface CodeChallenge {
  readonly value: string;
  readonly method: "S256" | "plain";
}

/** BASE64URL(SHA256(…)), RFC 7636, section 4.2. */
const S256_CHALLENGE = /^[A-Za-z0-9_-]{43}$/;
/** RFC 7636, section 4.1; a plain challenge is the verifier itself. */
const VERIFIER = /^[A-Za-z0-9._~-]{43,128}$/;

/**
 * Reads the code challenge of an authorization request. As in Entra, PKCE is optional for a
 * confidential client, and a challenge without a method is plain.
 *
 * @throws {@link AuthorityError} 50149 for another method, 50147 for a method without a challenge,
 * 501491 when the challenge has another size or other characters than its method makes.
 * @see {@link https://www.rfc-editor.org/rfc/rfc7636#section-4.3 | RFC 7636, section 4.3}
 */
export function readCodeChallenge(parameters: Parameters): CodeChallenge | undefined {
  const value = parameters.get("code_challenge") || undefined;
  const method = readMethod(parameters);
  if (value === undefined && method === undefined) return undefined;
  if (value === undefined) throw new AuthorityError(50147);
  const form = method === "S256" ? S256_CHALLENGE : VERIFIER;
  if (!form.test(value)) throw new AuthorityError(501491);
  return { value, method: method ?? "plain" };
}

function readMethod(parameters: Parameters): CodeChallenge["method"] | undefined {
  const method = parameters.get("code_challenge_method") || undefined;
  if (method === undefined || method === "S256" || method === "plain") return method;
  throw new AuthorityError(50149);
}

/**
 * Checks the verifier of a token request against the challenge of its code. A verifier of a code
 * without a challenge is refused: an attacker may have removed the challenge (RFC 9700, section
 * 4.8.2).
 *
 * @throws {@link AuthorityError} 50148 or 501481.
 * @see {@link https://www.rfc-editor.org/rfc/rfc7636#section-4.6 | RFC 7636, section 4.6}
 */
export function requireVerifier(
  challenge: CodeChallenge | undefined,
  parameters: Parameters,
): void {
  const verifier = parameters.get("code_verifier") || undefined;
  if (challenge === undefined && verifier === undefined) return;
  if (verifier === undefined) throw new AuthorityError(50148);
  if (challenge === undefined || !VERIFIER.test(verifier)) throw new AuthorityError(501481);
  if (transform(verifier, challenge) !== challenge.value) throw new AuthorityError(501481);
}

function transform(verifier: string, { method }: CodeChallenge): string {
  return method === "plain" ? verifier : createHash("sha256").update(verifier).digest("base64url");
}
