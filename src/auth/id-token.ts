import { createRemoteJWKSet, customFetch, errors, jwtVerify } from "jose";
import type { JWTVerifyGetKey } from "jose";
import { SignInError, UpstreamError } from "../errors.js";
import type { OutboundFetch } from "../outbound-fetch.js";
import { MAX_CLOCK_SKEW_SECONDS, readIdTokenClaims, untimelyIdToken } from "./id-token-claims.js";
import type { IdTokenClaims, IdTokenExpectation } from "./id-token-claims.js";
import { isCertificateError } from "./network-client.js";

/** How long keys are used, and the least time between two searches for an unknown one. */
const KEYS_FRESH_MS = 24 * 60 * 60 * 1000;
const KEYS_COOLDOWN_MS = 30_000;
const KEYS_TIMEOUT_MS = 5_000;

/** Verifies an ID token and returns its claims. */
export type VerifyIdToken = (
  idToken: string,
  expectation: IdTokenExpectation,
) => Promise<IdTokenClaims>;

/**
 * Creates the verifier of ID tokens. MSAL does not verify them: it accepts a wrong audience, an
 * expired token, `alg: none` and an invalid signature.
 *
 * The authority's keys are fetched with the first token, kept for a day, and fetched once more when
 * a token names an unknown key.
 *
 * The verifier throws SignInError `ERR_ID_TOKEN_INVALID` for an invalid token, and UpstreamError
 * `ERR_AUTHORITY_UNAVAILABLE` when the keys are unavailable, `ERR_AUTHORITY_UNTRUSTED` when the
 * certificate of their host does not verify, `ERR_AUTHORITY_UNFIT` when a valid token lacks a claim that
 * identifies the person: every token of that authority does, and `ERR_CLOCK_SKEW` when its times do not
 * fit because a clock is wrong.
 *
 * @see {@link https://openid.net/specs/openid-connect-core-1_0.html#IDTokenValidation | OpenID Connect Core §3.1.3.7}
 */
export function createIdTokenVerifier(fetch: OutboundFetch, now: () => number): VerifyIdToken {
  const keySets = new Map<string, JWTVerifyGetKey>();

  function keysAt(url: string): JWTVerifyGetKey {
    const known = keySets.get(url);
    if (known !== undefined) return known;
    const keys = createRemoteJWKSet(new URL(url), {
      cacheMaxAge: KEYS_FRESH_MS,
      cooldownDuration: KEYS_COOLDOWN_MS,
      timeoutDuration: KEYS_TIMEOUT_MS,
      // jose reads the status and the JSON of a response.
      [customFetch]: async (url, { signal }) => {
        const response = await fetch(url, { signal });
        return new Response(await response.text(), { status: response.status });
      },
    });
    keySets.set(url, keys);
    return keys;
  }

  return async (idToken, expectation) => {
    const { metadata, clientId } = expectation;
    try {
      // On /trace: keys
      const verified = await jwtVerify(idToken, keysAt(metadata.jwks_uri), {
        algorithms: ["RS256"],
        issuer: metadata.issuer,
        audience: clientId,
        clockTolerance: MAX_CLOCK_SKEW_SECONDS,
        currentDate: new Date(now()),
        requiredClaims: ["exp", "iat"],
      });
      return readIdTokenClaims(verified, expectation, now());
    } catch (cause) {
      if (isAboutTime(cause)) throw untimelyIdToken("not valid now", expectation, now());
      throw describeFailure(cause, metadata.jwks_uri);
    }
  };
}

function describeFailure(cause: unknown, address: string): Error {
  if (cause instanceof SignInError || cause instanceof UpstreamError) return cause;
  const details = { address };
  if (isCertificateError(cause)) {
    const message = "The certificate of Microsoft Entra ID’s keys is not valid.";
    return new UpstreamError("ERR_AUTHORITY_UNTRUSTED", message, { cause, details });
  }
  if (isAboutKeys(cause)) {
    const message = "The keys of Microsoft Entra ID are unavailable. Please try again in a moment.";
    return new UpstreamError("ERR_AUTHORITY_UNAVAILABLE", message, { cause, details });
  }
  const message = "Microsoft Entra ID sent an ID token that does not verify.";
  return new SignInError("ERR_ID_TOKEN_INVALID", message, { cause });
}

/** Returns whether a token has expired or is not valid yet. */
function isAboutTime(cause: unknown): boolean {
  if (cause instanceof errors.JWTExpired) return true;
  return cause instanceof errors.JWTClaimValidationFailed && cause.claim === "nbf";
}

/** Returns whether the keys are unavailable; `ERR_JOSE_GENERIC` is a status other than 200. */
function isAboutKeys(cause: unknown): boolean {
  if (!(cause instanceof errors.JOSEError)) return true;
  return ["ERR_JOSE_GENERIC", "ERR_JWKS_INVALID", "ERR_JWKS_TIMEOUT"].includes(cause.code);
}
