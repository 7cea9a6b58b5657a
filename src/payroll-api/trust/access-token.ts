import { errors, jwtVerify } from "jose";
import { z } from "zod";
import type { Trust } from "./trusted-authority.js";

/** What a verified access token says, as plain data. */
export interface AccessToken {
  /** The person: `oid`, the same in every token of the tenant. */
  readonly personId: string;
  readonly scopes: readonly string[];
  /** Authentication contexts that were satisfied (`acrs`). */
  readonly contexts: readonly string[];
  /** The client declared `cp1`: it understands claims challenges. */
  readonly handlesClaimsChallenges: boolean;
  /** Seconds. */
  readonly issuedAt: number;
  /** Seconds; when the person last proved who they are, if the authority says it. */
  readonly signedInAt?: number;
  /** The person's address as the authority saw it. */
  readonly ipAddress?: string;
}

/** A token that is believed, or why not, in words that are safe to show. */
export type TokenVerdict =
  | { readonly kind: "valid"; readonly token: AccessToken }
  | { readonly kind: "invalid"; readonly description: string };

/** What a token is checked against. */
export interface TokenChecks {
  readonly trust: Trust;
  /** What `aud` may be. */
  readonly audience: readonly string[];
  /** The clock, in milliseconds. */
  readonly now: () => number;
}

/** Seconds by which the authority's clock and ours may differ. */
const MAX_CLOCK_SKEW_SECONDS = 60;

/**
 * `JWT` is what Entra writes, `at+jwt` RFC 9068. Anything else is a token for another purpose that
 * the same keys sign: a security event (`secevent+jwt`), a logout token.
 */
const ACCESS_TOKEN_TYPES = new Set([undefined, "jwt", "at+jwt", "application/at+jwt"]);

/** Entra sends an array, older configurations a string. */
const nameList = z
  .union([z.array(z.string()), z.string()])
  .transform((value) => (typeof value === "string" ? value.split(/[\s,]+/) : value));

const claimsSchema = z.object({
  ver: z.literal("2.0"),
  tid: z.string(),
  // One audience: a token for several could be replayed here by any of the others.
  aud: z.string(),
  oid: z.string().min(1).max(128),
  iat: z.int(),
  exp: z.int(),
  // An ID token has no `scp`, nor has an app's own token: neither ever has a scope here.
  scp: z.string().default(""),
  acrs: nameList.default([]),
  xms_cc: nameList.default([]),
  auth_time: z.int().optional(),
  ipaddr: z.string().optional(),
});

/**
 * Verifies a v2.0 access token of Entra: signature (RS256 only), issuer, audience, times, tenant.
 *
 * @throws `UpstreamError` when the authority's keys cannot be had: the token may be good.
 * @see {@link https://learn.microsoft.com/entra/identity-platform/access-tokens#validate-tokens | Validate tokens}
 */
export async function verifyAccessToken(jwt: string, checks: TokenChecks): Promise<TokenVerdict> {
  const { trust, now } = checks;
  try {
    const { payload, protectedHeader } = await jwtVerify(jwt, trust.findKey, {
      algorithms: ["RS256"],
      issuer: trust.issuer,
      audience: [...checks.audience],
      clockTolerance: MAX_CLOCK_SKEW_SECONDS,
      currentDate: new Date(now()),
    });
    if (!ACCESS_TOKEN_TYPES.has(protectedHeader.typ?.toLowerCase())) return invalid();
    const claims = claimsSchema.safeParse(payload);
    if (!claims.success || claims.data.tid !== trust.tenantId) return invalid();
    if (claims.data.iat > now() / 1000 + MAX_CLOCK_SKEW_SECONDS) return invalid();
    return { kind: "valid", token: toAccessToken(claims.data) };
  } catch (error) {
    if (!(error instanceof errors.JOSEError)) throw error;
    return invalid(describe(error));
  }
}

function toAccessToken(claims: z.infer<typeof claimsSchema>): AccessToken {
  return {
    personId: claims.oid,
    scopes: claims.scp.split(" "),
    contexts: claims.acrs,
    handlesClaimsChallenges: claims.xms_cc.some((each) => each.toLowerCase() === "cp1"),
    issuedAt: claims.iat,
    ...(claims.auth_time !== undefined && { signedInAt: claims.auth_time }),
    ...(claims.ipaddr !== undefined && { ipAddress: claims.ipaddr }),
  };
}

/** jose checks the claims after the signature: what is told here is told to holders of real tokens. */
function describe(error: errors.JOSEError): string | undefined {
  if (error instanceof errors.JWTExpired) return "The access token expired";
  if (!(error instanceof errors.JWTClaimValidationFailed)) return undefined;
  if (error.claim === "aud") return "The access token is for another audience";
  if (error.claim === "nbf") return "The access token is not valid yet";
  return undefined;
}

function invalid(description = "The access token is not valid"): TokenVerdict {
  return { kind: "invalid", description };
}
