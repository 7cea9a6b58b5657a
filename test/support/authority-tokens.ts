import { randomUUID } from "node:crypto";
import type { JWTPayload } from "jose";

/** Someone who can sign in. */
export interface Person {
  readonly oid: string;
  readonly username: string;
  readonly name: string;
}

/** The result of one sign-in at the authority. */
export interface SignIn {
  readonly person: Person;
  readonly clientId: string;
  /** As requested, space-separated. */
  readonly scope: string;
  readonly nonce?: string;
  readonly sid: string;
  /** Seconds. */
  readonly authTime: number;
}

/** The authority as its tokens name it. */
export interface Issuer {
  readonly issuer: string;
  readonly tenantId: string;
  /** The clock, in milliseconds. */
  readonly now: () => number;
}

const OIDC_SCOPES = new Set(["openid", "profile", "email", "offline_access"]);
const LIFETIME_SECONDS = 3600;

/** Creates a person with this name and an object id of their own. */
export function makePerson(name: string): Person {
  return { oid: randomUUID(), name, username: `${name.toLowerCase()}@contoso.example` };
}

/** Returns the claims of a v2.0 ID token as Entra issues it. */
export function idTokenClaims({ issuer, tenantId, now }: Issuer, signIn: SignIn): JWTPayload {
  return {
    ...lifetime(now),
    ver: "2.0",
    iss: issuer,
    aud: signIn.clientId,
    tid: tenantId,
    oid: signIn.person.oid,
    sub: `pairwise-${signIn.person.oid}`,
    preferred_username: signIn.person.username,
    name: signIn.person.name,
    login_hint: `opaque-${signIn.person.oid}`,
    sid: signIn.sid,
    ...(signIn.nonce !== undefined && { nonce: signIn.nonce }),
  };
}

/**
 * Returns the claims of a v2.0 access token as Entra issues it. The resource is what stands before the last `/`
 * of a scope (`api://payroll/Payroll.Read`), and Graph for a bare name.
 */
export function accessTokenClaims({ issuer, tenantId, now }: Issuer, signIn: SignIn): JWTPayload {
  const scopes = signIn.scope.split(" ").filter((scope) => !OIDC_SCOPES.has(scope));
  const cut = (scopes[0] ?? "").lastIndexOf("/");
  return {
    ...lifetime(now),
    ver: "2.0",
    iss: issuer,
    aud: cut > 0 ? (scopes[0] ?? "").slice(0, cut) : "https://graph.microsoft.com",
    tid: tenantId,
    oid: signIn.person.oid,
    sub: `pairwise-${signIn.person.oid}`,
    azp: signIn.clientId,
    azpacr: "1",
    idtyp: "user",
    scp: scopes.map((scope) => scope.slice(scope.lastIndexOf("/") + 1)).join(" "),
    xms_cc: ["cp1"],
    auth_time: signIn.authTime,
    sid: signIn.sid,
  };
}

/** Returns the `client_info` of which MSAL makes its `homeAccountId`. */
export function clientInfo(tenantId: string, person: Person): string {
  return Buffer.from(JSON.stringify({ uid: person.oid, utid: tenantId })).toString("base64url");
}

function lifetime(now: () => number): { iat: number; nbf: number; exp: number; uti: string } {
  const iat = Math.floor(now() / 1000);
  return { iat, nbf: iat, exp: iat + LIFETIME_SECONDS, uti: randomUUID() };
}
