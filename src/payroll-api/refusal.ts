import type { Response } from "express";

/** Claims that the next access token must hold (OpenID Connect Core §5.5). */
export interface ClaimsRequest {
  readonly access_token: Readonly<
    Record<string, { readonly essential?: boolean; readonly value: string }>
  >;
}

/** Why a request is turned away. */
export interface Refusal {
  readonly status: 400 | 401 | 403;
  /** Stable name for the caller's code. */
  readonly code:
    | "ERR_TOKEN_MISSING"
    | "ERR_TOKEN_INVALID"
    | "ERR_AUTHORIZATION_INVALID"
    | "ERR_SCOPE_INSUFFICIENT"
    | "ERR_CLAIMS_INSUFFICIENT";
  /** For a person who reads the answer. */
  readonly message: string;
  /** Parameters of the Bearer challenge after `authorization_uri`; none: no such header. */
  readonly challenge?: Readonly<Record<string, string>>;
}

/** No token came: which scheme and authority to use, and by RFC 6750 §3.1 no error. */
export function tokenMissing(): Refusal {
  const message = "An access token is needed: Authorization: Bearer <token>";
  return { status: 401, code: "ERR_TOKEN_MISSING", message, challenge: {} };
}

/** The header itself is broken, such as two of them. */
export function authorizationInvalid(message: string): Refusal {
  const challenge = { error: "invalid_request", error_description: message };
  return { status: 400, code: "ERR_AUTHORIZATION_INVALID", message, challenge };
}

/** The token is expired, forged, for someone else or otherwise not to be believed. */
export function tokenInvalid(message: string): Refusal {
  const challenge = { error: "invalid_token", error_description: message };
  return { status: 401, code: "ERR_TOKEN_INVALID", message, challenge };
}

/** The token does not carry the scope. */
export function scopeInsufficient(scope: string): Refusal {
  const message = `The access token needs the scope ${scope}`;
  const challenge = { error: "insufficient_scope", error_description: message, scope };
  return { status: 403, code: "ERR_SCOPE_INSUFFICIENT", message, challenge };
}

/**
 * The claims challenge: the client is to get a token that holds these claims.
 *
 * @see {@link https://learn.microsoft.com/entra/identity-platform/claims-challenge | Header format}
 */
export function claimsChallenge(claims: ClaimsRequest, message: string): Refusal {
  const encoded = Buffer.from(JSON.stringify(claims)).toString("base64");
  const challenge = { error: "insufficient_claims", claims: encoded };
  return { status: 401, code: "ERR_CLAIMS_INSUFFICIENT", message, challenge };
}

/** The same lack, told to a client that would not understand a challenge. */
export function claimsMissing(message: string): Refusal {
  return { status: 403, code: "ERR_CLAIMS_INSUFFICIENT", message };
}

/** Answers with a refusal: status, `WWW-Authenticate` and a JSON body. */
export function sendRefusal(response: Response, refusal: Refusal, authorizationUri: string): void {
  const { status, code, message, challenge } = refusal;
  if (challenge !== undefined) {
    const parameters = { realm: "", authorization_uri: authorizationUri, ...challenge };
    const list = Object.entries(parameters).map(([name, value]) => `${name}=${quote(value)}`);
    response.set("WWW-Authenticate", `Bearer ${list.join(", ")}`);
  }
  response.status(status).json({ error: { code, message } });
}

/** A quoted-string (RFC 9110 §5.6.4). */
function quote(value: string): string {
  return `"${value.replaceAll(/["\\]/g, "\\$&")}"`;
}
