import type { Request, RequestHandler } from "express";

/** What an API demands of the sign-in behind an access token. */
export interface AuthContextDemand {
  /** The authentication context that `acrs` must contain: `c1` to `c99`. */
  readonly context: string;
  /** The longest time since the sign-in, in seconds; a token without `auth_time` does not meet it. */
  readonly maxSignInAgeSeconds?: number | undefined;
}

/** The claims of a verified access token that are read. */
export interface AuthContextClaims {
  readonly acrs?: string | readonly string[] | undefined;
  readonly xms_cc?: string | readonly string[] | undefined;
  /** Seconds since the epoch. */
  readonly auth_time?: number | undefined;
}

/** Options of {@link requireAuthContext}. */
export interface AuthContextOptions extends Omit<AuthContextDemand, "context"> {
  /**
   * Returns the claims of the access token after it has been verified; by default `request.auth`,
   * or its `payload`, where express-jwt and express-oauth2-jwt-bearer put them.
   */
  readonly claimsOf?: (request: Request) => AuthContextClaims | undefined;
  /** The authorization endpoint that the challenge names. */
  readonly authorizationUri?: string;
  /** The clock, in milliseconds. */
  readonly now?: () => number;
}

/** The value of a claim that the next access token must have (OpenID Connect Core §5.5). */
export type RequestedClaims = Readonly<
  Record<string, { readonly essential?: boolean; readonly value?: string }>
>;

/** The common endpoint, which belongs to no tenant: it goes with an empty `realm`. */
const AUTHORIZATION_URI = "https://login.microsoftonline.com/common/oauth2/v2.0/authorize";

/** Seconds by which the time of a sign-in may be ahead of the API's clock. */
const MAX_CLOCK_SKEW_SECONDS = 60;

/**
 * Creates a handler for your own API that lets a request pass when its access token has an
 * authentication context; else it raises a claims challenge. The file needs no other of this project.
 *
 * It does not verify the token: a handler before it has to. A client that does not declare `cp1` gets
 * 403, because it would take the 401 for an expired token and request the same one again.
 *
 * @example
 * app.get("/payslips", verifyAccessToken, requireAuthContext("c1"), sendPayslips);
 * app.post("/bank-account", verifyAccessToken, requireAuthContext("c2", { maxSignInAgeSeconds: 300 }), save);
 *
 * @throws Error when the claims of the token are not there.
 * @see {@link https://learn.microsoft.com/entra/identity-platform/claims-challenge | Claims challenges}
 */
export function requireAuthContext(
  context: string,
  options: AuthContextOptions = {},
): RequestHandler {
  const { claimsOf = findClaims, authorizationUri = AUTHORIZATION_URI, now = Date.now } = options;
  const { maxSignInAgeSeconds } = options;
  const demand = { context, maxSignInAgeSeconds };
  return (request, response, next) => {
    const claims = claimsOf(request);
    if (claims === undefined) throw new Error("Verify the access token before requireAuthContext");
    const message = describeLack(claims, demand, now());
    if (message === undefined) {
      next();
      return;
    }
    const body = { error: { code: "ERR_CLAIMS_INSUFFICIENT", message } };
    if (!handlesClaimsChallenges(claims)) {
      response.status(403).json(body);
      return;
    }
    const challenge = claimsChallengeOf(requestedClaims(demand));
    response.set("WWW-Authenticate", formatChallenge(authorizationUri, challenge));
    response.status(401).json(body);
  };
}

/**
 * Returns what a token lacks, as a text for people, or `undefined` when it meets the demand.
 *
 * Its `acrs` proves nothing about the time: the context stays in the token until it expires, and the
 * authority may renew it without a new sign-in. So the age is compared with `auth_time`.
 */
export function describeLack(
  { acrs, auth_time }: AuthContextClaims,
  { context, maxSignInAgeSeconds }: AuthContextDemand,
  now: number,
): string | undefined {
  if (!listOf(acrs).includes(context)) return `The authentication context ${context} is needed`;
  if (maxSignInAgeSeconds === undefined) return undefined;
  if (typeof auth_time !== "number") {
    return "The access token does not contain the time of the sign-in (auth_time)";
  }
  const ageSeconds = Math.floor(now / 1000) - auth_time;
  const isRecent = ageSeconds >= -MAX_CLOCK_SKEW_SECONDS && ageSeconds <= maxSignInAgeSeconds;
  return isRecent ? undefined : "A more recent sign-in is needed";
}

/** Returns whether the client declared `cp1`, the capability to handle claims challenges. */
function handlesClaimsChallenges({ xms_cc }: AuthContextClaims): boolean {
  return listOf(xms_cc).some((each) => each.toLowerCase() === "cp1");
}

/** Returns the claims that a token must have to meet a demand. */
export function requestedClaims({
  context,
  maxSignInAgeSeconds,
}: AuthContextDemand): RequestedClaims {
  const acrs = { essential: true, value: context };
  return maxSignInAgeSeconds === undefined ? { acrs } : { acrs, auth_time: { essential: true } };
}

/** Returns the parameters of a Bearer challenge that asks for claims of the access token. */
export function claimsChallengeOf(claims: RequestedClaims) {
  const encoded = Buffer.from(JSON.stringify({ access_token: claims })).toString("base64");
  return { error: "insufficient_claims", claims: encoded };
}

/**
 * Returns the value of `WWW-Authenticate` in Entra's own form.
 *
 * @see {@link https://learn.microsoft.com/entra/identity-platform/claims-challenge | Header format}
 */
export function formatChallenge(
  authorizationUri: string,
  parameters: Readonly<Record<string, string>>,
): string {
  const all = { realm: "", authorization_uri: authorizationUri, ...parameters };
  const list = Object.entries(all).map(([name, value]) => `${name}=${quote(value)}`);
  return `Bearer ${list.join(", ")}`;
}

/** Writes a quoted-string (RFC 9110 §5.6.4). */
function quote(value: string): string {
  return `"${value.replaceAll(/["\\]/g, "\\$&")}"`;
}

/** Reads a list of names: Entra sends an array; older configurations send a string. */
function listOf(claim: AuthContextClaims["acrs"]): readonly string[] {
  if (typeof claim === "string") return claim.split(/[\s,]+/);
  if (!Array.isArray(claim)) return [];
  return (claim as readonly unknown[]).filter((each) => typeof each === "string");
}

function findClaims(request: Request): AuthContextClaims | undefined {
  const { auth } = request as {
    auth?: AuthContextClaims & { readonly payload?: AuthContextClaims };
  };
  return auth?.payload ?? auth;
}
