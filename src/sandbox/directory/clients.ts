import type { JWK } from "jose";

/** An app registration: a confidential client that may ask the sandbox for tokens. */
export interface Client {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly redirectUris: readonly string[];
  readonly postLogoutRedirectUris: readonly string[];
  /** Is loaded in a frame with `iss` and `sid` when somebody signs out. */
  readonly frontChannelLogoutUri?: string | undefined;
  /** Public keys that may sign its assertions (`private_key_jwt`). */
  readonly publicKeys: readonly JWK[];
}

/** The app registrations, by client id. */
export type Clients = ReadonlyMap<string, Client>;

const ORIGIN = /^https?:\/\/[^/?#]+$/;
const LOOPBACK_HOSTS: readonly string[] = ["localhost", "127.0.0.1"];
const LOOPBACK_PORT = new RegExp(
  `^(https?://(?:${LOOPBACK_HOSTS.join("|").replaceAll(".", "\\.")})):[0-9]{1,5}(?=/)`,
);

/**
 * Returns whether a URI is registered. Compares character by character, because looser matching lets
 * attackers have codes sent to them, with two exceptions of Entra: an origin with and without its
 * slash is one URI, and the port of a loopback host is ignored.
 *
 * Entra ignores the port of `localhost`, and of `127.0.0.1` when the manifest registers it; the
 * options of the sandbox stand for the manifest. Entra supports no other loopback host.
 *
 * @see {@link https://learn.microsoft.com/entra/identity-platform/reply-url#localhost-exceptions | Localhost exceptions}
 */
export function isRegisteredUri(registered: readonly string[], uri: string): boolean {
  if (!URL.canParse(uri)) return false;
  return registered.some((each) => withoutPort(each) === withoutPort(uri));
}

/** Returns whether two URIs are one; the port counts. */
export function isSameUri(one: string, other: string): boolean {
  return withSlash(one) === withSlash(other);
}

/** Returns whether an address is on the origin of a redirect URI of any client. */
export function isOnRegisteredOrigin(clients: Clients, address: string): boolean {
  if (!URL.canParse(address)) return false;
  const registered = [...clients.values()].flatMap(({ redirectUris }) => redirectUris);
  return registered.some((uri) => cspSourceOf(uri) === cspSourceOf(address));
}

/** Returns the CSP source of everything that matches a registered URI. */
export function cspSourceOf(uri: string): string {
  const { protocol, hostname, origin } = new URL(uri);
  return LOOPBACK_HOSTS.includes(hostname) ? `${protocol}//${hostname}:*` : origin;
}

function withoutPort(uri: string): string {
  return withSlash(uri).replace(LOOPBACK_PORT, "$1");
}

function withSlash(uri: string): string {
  return ORIGIN.test(uri) ? `${uri}/` : uri;
}
