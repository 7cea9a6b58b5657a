import { createHash, randomBytes } from "node:crypto";
import type { SandboxState } from "./sandbox-state.js";
import type { Grant } from "./grants.js";
import { loginHintOf, NETWORK_ADDRESS, type PersonState } from "./people.js";
import { CLIENT_ID, TENANT_ID } from "./registration.js";
import type { ResourceScopes } from "./scopes.js";

/** Seconds that tokens live. MSAL never caches an access token of 300 s or less. */
export const TOKEN_LIFETIME_SECONDS = 3600;

/** Whom and what tokens are about. */
export interface TokenSubject {
  readonly state: SandboxState;
  readonly grant: Grant;
  readonly person: PersonState;
}

/** What an access token is for. */
export interface AccessTokenContent extends ResourceScopes {
  readonly contexts: readonly string[];
  readonly capabilities: readonly string[];
  /** How the client authenticated: `"1"` with a secret, `"2"` with an assertion. */
  readonly clientAuthentication: "1" | "2";
}

/**
 * Signs an ID token for the client.
 *
 * @see {@link https://learn.microsoft.com/entra/identity-platform/id-token-claims-reference | Claims}
 */
export function signIdToken(subject: TokenSubject, nonce: string | undefined): Promise<string> {
  const { person } = subject.person;
  const claims = {
    ...claimsOf(subject, CLIENT_ID, nowOf(subject)),
    ...(nonce !== undefined && { nonce }),
    login_hint: loginHintOf(person),
  };
  return subject.state.key.sign(claims, "JWT");
}

/**
 * Signs an access token for an API.
 *
 * @see {@link https://learn.microsoft.com/entra/identity-platform/access-token-claims-reference | Claims}
 */
export function signAccessToken(
  subject: TokenSubject,
  content: AccessTokenContent,
): Promise<string> {
  const { grant, person } = subject;
  const claims = {
    ...claimsOf(subject, content.resource.audience, dateAccessToken(subject)),
    acrs: [...content.contexts],
    amr: grant.facts.secondFactorAt === undefined ? ["pwd"] : ["pwd", "mfa"],
    azp: CLIENT_ID,
    azpacr: content.clientAuthentication,
    ipaddr: NETWORK_ADDRESS[person.network],
    scp: content.names.join(" "),
    ...(content.capabilities.length > 0 && { xms_cc: [...content.capabilities] }),
  };
  return subject.state.key.sign(claims, "JWT");
}

/** `client_info`, from which MSAL makes the account's id. */
export function clientInfoOf({ person }: PersonState): string {
  return Buffer.from(JSON.stringify({ uid: person.objectId, utid: TENANT_ID })).toString(
    "base64url",
  );
}

/** The claims that ID tokens and access tokens share; `aud` keeps one from passing as the other. */
function claimsOf({ state, grant, person }: TokenSubject, audience: string, issuedAt: number) {
  return {
    aud: audience,
    iss: state.issuer,
    iat: issuedAt,
    nbf: issuedAt,
    exp: issuedAt + TOKEN_LIFETIME_SECONDS,
    auth_time: Math.floor(grant.facts.passwordAt / 1000),
    name: person.person.displayName,
    oid: person.person.objectId,
    preferred_username: person.person.username,
    sid: grant.sid,
    sub: pairwiseSubject(person.person.objectId, audience),
    tid: TENANT_ID,
    uti: randomBytes(16).toString("base64url"),
    ver: "2.0",
  };
}

/** Never before a revocation, not even by the rest of its second: APIs compare `iat` with it. */
function dateAccessToken(subject: TokenSubject): number {
  const { person } = subject;
  person.lastTokenIssuedAt = Math.max(nowOf(subject), person.tokensValidFrom);
  return person.lastTokenIssuedAt;
}

function nowOf({ state }: TokenSubject): number {
  return Math.floor(state.now() / 1000);
}

/** The same person is another `sub` to every audience, so that two of them cannot match people. */
function pairwiseSubject(objectId: string, audience: string): string {
  return createHash("sha256").update(`${objectId}\n${audience}`).digest("base64url");
}
