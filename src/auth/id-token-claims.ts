import { createHash } from "node:crypto";
import type { JWTPayload, JWTVerifyResult } from "jose";
import { z } from "zod";
import { SignInError, UpstreamError } from "../errors.js";
import { type AuthorityMetadata, tenantIdOf } from "./authority/authority.js";

/** The accepted difference between the authority's clock and this one, in seconds. */
export const MAX_CLOCK_SKEW_SECONDS = 300;

/** Entra sets `iat` and `nbf` five minutes before the token was issued. */
const BACKDATED_SECONDS = 300;

/** The claims of an ID token that are used, in wire case. */
const claimsSchema = z.object({
  oid: z.string().min(1),
  tid: z.string().min(1),
  sub: z.string().min(1),
  iss: z.string().min(1),
  iat: z.number(),
  auth_time: z.number().optional().catch(undefined),
  acr: optionalText(),
  sid: optionalText(),
  name: optionalText(),
  preferred_username: optionalText(),
  email: optionalText(),
  upn: optionalText(),
  login_hint: optionalText(),
});

/** Returns the schema of a claim that counts as absent when it is blank or no text. */
function optionalText() {
  return z.string().trim().min(1).optional().catch(undefined);
}

/** The verified claims of an ID token. */
export type IdTokenClaims = z.infer<typeof claimsSchema>;

/** The authorization request that an ID token belongs to. */
export interface RequestedIdToken {
  readonly nonce: string;
  /** When the request was made, in milliseconds since the epoch. */
  readonly requestedAt: number;
}

/** The values that an ID token is compared with. */
export interface IdTokenExpectation {
  readonly metadata: AuthorityMetadata;
  readonly clientId: string;
  /** The access token of the same response. */
  readonly accessToken: string;
  /** The authority's clock when it sent the response, in milliseconds since the epoch, if it said so. */
  readonly authorityTime?: number | undefined;
  /** Undefined for a refresh, whose ID token has no nonce (OpenID Connect Core §12.2). */
  readonly authorization?: RequestedIdToken | undefined;
}

/**
 * Reads the claims of an ID token whose signature, issuer, audience and lifetime are verified, and
 * compares the others with what was expected.
 *
 * @throws SignInError `ERR_ID_TOKEN_INVALID` when one differs.
 * @throws UpstreamError `ERR_AUTHORITY_UNFIT` when a claim is missing that identifies the person, and
 *   `ERR_CLOCK_SKEW` when its times do not fit because a clock is wrong.
 */
export function readIdTokenClaims(
  { payload, protectedHeader }: Pick<JWTVerifyResult, "payload" | "protectedHeader">,
  expected: IdTokenExpectation,
  now: number,
): IdTokenClaims {
  requireIdTokenType(protectedHeader.typ);
  requireVersion(payload);
  requireSoleAudience(payload, expected.clientId);
  requireIssueTime(payload, expected, now);
  requireNonce(payload, expected);
  requireAccessTokenHash(payload, expected.accessToken);
  const claims = claimsSchema.safeParse(payload);
  if (!claims.success) throw lacking(claims.error);
  if (claims.data.tid !== tenantIdOf(expected.metadata)) throw invalidIdToken("another tenant");
  return claims.data;
}

/**
 * Verifies that the token is no JWT of another kind: an access token (`at+jwt`), a logout token, a
 * security event token (RFC 8725 §3.11).
 */
function requireIdTokenType(typ: string | undefined): void {
  if (typ !== undefined && typ.toUpperCase() !== "JWT")
    throw invalidIdToken("another kind of token");
}

function requireVersion({ ver }: JWTPayload): void {
  if (ver !== "2.0") throw invalidIdToken("another version");
}

/** Verifies that the token is for this client and nobody else (Core §3.1.3.7, 3 to 5). */
function requireSoleAudience({ aud, azp }: JWTPayload, clientId: string): void {
  if (Array.isArray(aud) && aud.length > 1) throw invalidIdToken("several audiences");
  if (azp !== undefined && azp !== clientId) throw invalidIdToken("another authorized party");
}

/** Verifies that the token was issued after the authorization request, and not in the future. */
function requireIssueTime(
  { iat = Infinity }: JWTPayload,
  expected: IdTokenExpectation,
  now: number,
): void {
  const latest = now / 1000 + MAX_CLOCK_SKEW_SECONDS;
  if (iat > latest) throw untimelyIdToken("issued in the future", expected, now);
  const earliest = (expected.authorization?.requestedAt ?? 0) / 1000 - MAX_CLOCK_SKEW_SECONDS;
  if (iat < earliest - BACKDATED_SECONDS) {
    throw untimelyIdToken("issued before the sign-in", expected, now);
  }
}

function requireNonce({ nonce }: JWTPayload, { authorization }: IdTokenExpectation): void {
  if (authorization === undefined) return;
  if (nonce !== authorization.nonce) throw invalidIdToken("another nonce");
}

/** Verifies `at_hash`, which is optional: the left half of the access token's SHA-256 (Core §3.1.3.6). */
function requireAccessTokenHash({ at_hash: hash }: JWTPayload, accessToken: string): void {
  if (hash === undefined) return;
  const digest = createHash("sha256").update(accessToken).digest();
  const expected = digest.subarray(0, digest.length / 2).toString("base64url");
  if (hash !== expected) throw invalidIdToken("another access token");
}

/** Returns the error of an ID token that does not belong to this sign-in. */
export function invalidIdToken(reason: string): SignInError {
  const message = `Microsoft Entra ID sent an unexpected ID token: ${reason}.`;
  return new SignInError("ERR_ID_TOKEN_INVALID", message);
}

/**
 * Returns the error of an ID token whose times do not fit. When the authority's clock and this one
 * differ too much, every token is like that, and only the operator can act.
 */
export function untimelyIdToken(
  reason: string,
  { authorityTime = NaN }: Pick<IdTokenExpectation, "authorityTime">,
  now: number,
): SignInError | UpstreamError {
  const skewSeconds = Math.round((now - authorityTime) / 1000);
  if (!(Math.abs(skewSeconds) > MAX_CLOCK_SKEW_SECONDS)) return invalidIdToken(reason);
  const difference = `${Math.round(Math.abs(skewSeconds) / 60)} minutes`;
  const message = `This app’s clock is ${difference} ${skewSeconds > 0 ? "ahead of" : "behind"} the one of Microsoft Entra ID.`;
  return new UpstreamError("ERR_CLOCK_SKEW", message);
}

/** Returns the error of a token without an identity: signing in again brings the same. */
function lacking({ issues }: z.ZodError): UpstreamError {
  const names = issues.map(({ path }) => path.join(".")).join(", ");
  const message = `Microsoft Entra ID’s ID tokens lack a claim that this app needs: ${names}.`;
  return new UpstreamError("ERR_AUTHORITY_UNFIT", message);
}
