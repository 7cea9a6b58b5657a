import { createHash, randomBytes } from "node:crypto";
import { loginHintOf, NETWORK_ADDRESS, type PersonState } from "../directory/people.js";
import { signOrForgeIdToken } from "../misbehaviour/forge-id-token.js";
import { TENANT_ID } from "../registration.js";
import type { SandboxState } from "../sandbox-state.js";
import type { ResourceScopes } from "../scopes.js";
import type { Grant } from "./grants.js";

/** Seconds that tokens are valid. MSAL caches no access token of 300 s or less. */
export const TOKEN_LIFETIME_SECONDS = 3600;

/** The person and the grant that tokens are issued for. */
export interface TokenSubject {
  readonly state: SandboxState;
  readonly grant: Grant;
  readonly person: PersonState;
}

/** The content of an access token. */
export interface AccessTokenContent extends ResourceScopes {
  readonly contexts: readonly string[];
  readonly capabilities: readonly string[];
  /** `azpacr`: `"1"` when the client authenticated with a secret, `"2"` with an assertion. */
  readonly clientAuthentication: "1" | "2";
}

/** The content of an ID token. */
interface IdTokenContent {
  readonly nonce: string | undefined;
  readonly email: boolean;
  /** A refresh token was redeemed. */
  readonly isRenewal: boolean;
}

/**
 * Signs an ID token for the client.
 *
 * @see {@link https://learn.microsoft.com/entra/identity-platform/id-token-claims-reference | Claims}
 */
export function signIdToken(
  subject: TokenSubject,
  { nonce, email, isRenewal }: IdTokenContent,
): Promise<string> {
  const claims = {
    ...sharedClaims(subject, subject.grant.clientId, secondsNow(subject)),
    nonce,
    email: email ? subject.person.username : undefined,
    login_hint: loginHintOf(subject.person),
  };
  const order = { claims, clientId: subject.grant.clientId, isRenewal };
  return signOrForgeIdToken(subject.state, order);
}

/**
 * Signs an access token for an API.
 *
 * @see {@link https://learn.microsoft.com/entra/identity-platform/access-token-claims-reference | Claims}
 */
export function signAccessToken(
  subject: TokenSubject,
  { resource, names, contexts, capabilities, clientAuthentication }: AccessTokenContent,
): Promise<string> {
  const { state, grant, person } = subject;
  // Never before a revocation, not even within its second: APIs compare `iat` with it.
  person.lastTokenIssuedAt = Math.max(secondsNow(subject), person.tokensValidFrom);
  const claims = {
    ...sharedClaims(subject, resource.audience, person.lastTokenIssuedAt),
    acrs: contexts,
    amr: grant.facts.secondFactorAt === undefined ? ["pwd"] : ["pwd", "mfa"],
    azp: grant.clientId,
    azpacr: clientAuthentication,
    ipaddr: NETWORK_ADDRESS[person.network],
    scp: names.join(" "),
    xms_cc: capabilities.length > 0 ? capabilities : undefined,
  };
  return state.keys.sign(claims, { typ: "JWT" });
}

/** The content of an access token of an app without a person. */
interface AppTokenContent {
  readonly clientId: string;
  readonly audience: string;
  readonly objectId: string;
  readonly clientAuthentication: AccessTokenContent["clientAuthentication"];
}

/** Signs an access token of an app without a person. */
export function signAppToken(
  state: SandboxState,
  { clientId, audience, objectId, clientAuthentication }: AppTokenContent,
): Promise<string> {
  const claims = {
    ...tokenClaims(state, audience, Math.floor(state.now() / 1000)),
    azp: clientId,
    azpacr: clientAuthentication,
    idtyp: "app",
    oid: objectId,
    sub: objectId,
  };
  return state.keys.sign(claims, { typ: "JWT" });
}

/** Returns `client_info`, from which MSAL makes the account's id. It names a guest's own tenant. */
export function clientInfoOf({ objectId, home }: PersonState): string {
  const { objectId: uid, tenantId: utid } = home ?? { objectId, tenantId: TENANT_ID };
  const clientInfo = JSON.stringify({ uid, utid });
  return Buffer.from(clientInfo).toString("base64url");
}

/** Returns the claims of both tokens. By `aud`, neither is accepted in place of the other. */
function sharedClaims({ state, grant, person }: TokenSubject, audience: string, issuedAt: number) {
  return {
    ...tokenClaims(state, audience, issuedAt),
    auth_time: Math.floor(grant.facts.passwordAt / 1000),
    // Only a guest's tokens have it.
    idp: person.home && `https://sts.windows.net/${person.home.tenantId}/`,
    name: person.displayName,
    oid: person.objectId,
    preferred_username: person.username,
    sid: grant.sid,
    sub: pairwiseSubject(person.objectId, audience),
  };
}

/** Returns the claims of every token. */
function tokenClaims({ issuer }: SandboxState, audience: string, issuedAt: number) {
  return {
    aud: audience,
    iss: issuer,
    iat: issuedAt,
    nbf: issuedAt,
    exp: issuedAt + TOKEN_LIFETIME_SECONDS,
    tid: TENANT_ID,
    uti: randomBytes(16).toString("base64url"),
    ver: "2.0",
  };
}

function secondsNow({ state }: TokenSubject): number {
  return Math.floor(state.now() / 1000);
}

/**
 * Returns the `sub` of a person for one audience. Each gets its own, so that two of them cannot match
 * people.
 */
export function pairwiseSubject(objectId: string, audience: string): string {
  return createHash("sha256").update(`${objectId}\n${audience}`).digest("base64url");
}
