import { errors, jwtVerify } from "jose";
import { z } from "zod";
import type { TokenIssuer } from "./trusted-authority.js";

/** The claims of a verified access token that the API uses. */
export interface AccessToken {
  /** The person's object id (`oid`): the same in every token of the tenant. */
  readonly personId: string;
  readonly scopes: readonly string[];
  /** Authentication contexts that the sign-in satisfied (`acrs`). */
  readonly contexts: readonly string[];
  /** Whether the client declared `cp1`, the capability to handle claims challenges. */
  readonly handlesClaimsChallenges: boolean;
  /** Seconds. */
  readonly issuedAt: number;
  /** When the person last signed in, in seconds, if the token has it (`auth_time`). */
  readonly signedInAt?: number | undefined;
  /** The person's address as the authority saw it. */
  readonly ipAddress?: string | undefined;
}

type TokenVerdict =
  | { readonly kind: "valid"; readonly token: AccessToken }
  | { readonly kind: "invalid"; readonly description: string };

/** What a token is checked against. */
export interface TokenChecks {
  readonly issuer: TokenIssuer;
  /** Accepted values of `aud`. */
  readonly audience: readonly string[];
  /** The clock, in milliseconds. */
  readonly now: () => number;
}

/** Seconds by which the authority's clock and ours may differ. */
const MAX_CLOCK_SKEW_SECONDS = 60;

/**
 * Entra writes `JWT`, RFC 9068 demands `at+jwt`. The same keys sign tokens for other purposes,
 * which have other types: security events (`secevent+jwt`), logout tokens.
 */
const ACCESS_TOKEN_TYPES = new Set(["jwt", "at+jwt", "application/at+jwt"]);

/** Entra sends an array; older configurations send a string. */
const nameList = z
  .union([z.array(z.string()), z.string()])
  .transform((value) => (typeof value === "string" ? value.split(/[\s,]+/) : value));

const claimsSchema = z.object({
  ver: z.literal("2.0"),
  tid: z.string(),
  // One audience only: any other audience of a token could replay it here.
  aud: z.string(),
  oid: z.string().min(1).max(128),
  iat: z.int(),
  exp: z.int(),
  // ID tokens and tokens of an app without a person have no `scp`, and so no scope here.
  scp: z.string().default(""),
  acrs: nameList.default([]),
  xms_cc: nameList.default([]),
  auth_time: z.int().optional(),
  ipaddr: z.string().optional(),
});

/**
 * Verifies an Entra v2.0 access token: signature (RS256 only), issuer, audience, times, tenant. The
 * description of an invalid one is safe to show.
 *
 * @throws `UpstreamError` when the authority's keys are unavailable: the token may be valid.
 * @see {@link https://learn.microsoft.com/entra/identity-platform/access-tokens#validate-tokens | Validate tokens}
 */
export async function verifyAccessToken(jwt: string, checks: TokenChecks): Promise<TokenVerdict> {
  const { issuer, audience, now } = checks;
  try {
    const { payload, protectedHeader } = await jwtVerify(jwt, issuer.findKey, {
      algorithms: ["RS256"],
      issuer: issuer.identifier,
      audience: [...audience],
      clockTolerance: MAX_CLOCK_SKEW_SECONDS,
      currentDate: new Date(now()),
    });
    if (!isAccessTokenType(protectedHeader.typ)) return invalid();
    const claims = claimsSchema.safeParse(payload);
    if (!claims.success || claims.data.tid !== issuer.tenantId) return invalid();
    if (claims.data.iat > now() / 1000 + MAX_CLOCK_SKEW_SECONDS) return invalid();
    return { kind: "valid", token: toAccessToken(claims.data) };
  } catch (error) {
    if (!(error instanceof errors.JOSEError)) throw error;
    return invalid(describe(error));
  }
}

/** Checks `typ`. The header is JSON of anybody, so it can be of any type, whatever the library declares. */
function isAccessTokenType(typ: unknown): boolean {
  if (typ === undefined) return true;
  return typeof typ === "string" && ACCESS_TOKEN_TYPES.has(typ.toLowerCase());
}

function toAccessToken(claims: z.infer<typeof claimsSchema>): AccessToken {
  return {
    personId: claims.oid,
    scopes: claims.scp.split(" "),
    contexts: claims.acrs,
    handlesClaimsChallenges: claims.xms_cc.some((each) => each.toLowerCase() === "cp1"),
    issuedAt: claims.iat,
    signedInAt: claims.auth_time,
    ipAddress: claims.ipaddr,
  };
}

/** Describes a failed check of a claim; jose makes these after the signature has been verified. */
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
