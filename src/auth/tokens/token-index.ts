import { decodeJwt, UnsecuredJWT } from "jose";
import type { Account } from "../account.js";

/** An access token as the index of a session's tokens knows it. Times are in seconds. */
export interface IndexedToken extends Account {
  readonly clientId: string;
  /** In lower case. */
  readonly scopes: readonly string[];
  readonly issuedAt: number;
  /** 0 when MSAL would not return the token. */
  readonly expiresAt: number;
  /** When the authority recommends to renew the token (`refresh_in`); 0 when it does not. */
  readonly renewAt: number;
  /** Where the token's text begins in the cache, and how long it is. */
  readonly at: number;
  readonly length: number;
}

type Entity = Readonly<Record<string, unknown>>;
type Table = Readonly<Record<string, Entity>>;

/** The claims of an ID token that say who somebody is, and where. */
const IDENTIFYING_CLAIMS: ReadonlySet<string> = new Set(["iss", "sub", "oid", "tid"]);

/** JSON has no line feed in it but between members, and MSAL writes none there. */
const END_OF_INDEX = "\n";

/**
 * Returns a session's tokens as they are stored: MSAL's serialised cache behind an index of its access
 * tokens. With the index, a token is found without parsing the cache, which is many times longer.
 *
 * Of an ID token, which was verified when it came, only the claims are kept that a renewal is compared
 * by: the whole one is a fifth of the text.
 */
export function withIndex(cache: string): string {
  const sections = JSON.parse(cache) as Readonly<Record<string, Table>>;
  const kept = JSON.stringify({ ...sections, IdToken: shortenAll(sections.IdToken) });
  return `${JSON.stringify(indexTokens(sections, kept))}${END_OF_INDEX}${kept}`;
}

/** Returns MSAL's serialised cache of a session's tokens. */
export function cacheOf(tokens: string): string {
  return tokens.slice(tokens.indexOf(END_OF_INDEX) + 1);
}

/** Returns the index of a session's tokens; it is empty when they have none. */
export function indexOf(tokens: string): readonly IndexedToken[] {
  const index = tokens.slice(0, tokens.indexOf(END_OF_INDEX) + 1);
  return index === "" ? [] : (JSON.parse(index) as readonly IndexedToken[]);
}

/** Returns the text of a token of the index. */
export function textOf(tokens: string, { at, length }: IndexedToken): string {
  const start = tokens.indexOf(END_OF_INDEX) + 1 + at;
  return tokens.slice(start, start + length);
}

/** Reduces ID tokens to the claims that identify a person; they keep their form, without a signature. */
function shortenAll(idTokens: Table | undefined): Table | undefined {
  if (idTokens === undefined) return undefined;
  return Object.fromEntries(Object.entries(idTokens).map(([key, token]) => [key, shorten(token)]));
}

function shorten(token: Entity): Entity {
  const claims = Object.entries(decodeJwt(String(token.secret)));
  const kept = claims.filter(([name]) => IDENTIFYING_CLAIMS.has(name));
  return { ...token, secret: new UnsecuredJWT(Object.fromEntries(kept)).encode() };
}

function indexTokens(
  { Account: accounts = {}, AccessToken: accessTokens = {} }: Readonly<Record<string, Table>>,
  cache: string,
): readonly IndexedToken[] {
  return Object.values(accessTokens).flatMap((token) => {
    const owners = Object.values(accounts).filter((account) => isOwner(account, token));
    return owners.map((account) => indexToken(cache, token, account));
  });
}

function isOwner(account: Entity, token: Entity): boolean {
  return (
    token.credential_type === "AccessToken" &&
    token.home_account_id === account.home_account_id &&
    token.environment === account.environment &&
    token.realm === account.realm
  );
}

function indexToken(cache: string, token: Entity, account: Entity): IndexedToken {
  const secret = String(token.secret);
  // A text that JSON has to escape is not at hand.
  const quoteAt = cache.indexOf(`"${secret}"`);
  const isUsable =
    quoteAt !== -1 &&
    secret !== "" &&
    lowerCase(token.token_type) === "bearer" &&
    Number.isFinite(Number(token.cached_at));
  return {
    oid: String(account.local_account_id),
    tid: String(account.realm),
    clientId: String(token.client_id),
    scopes: lowerCase(token.target).split(" "),
    issuedAt: numberOf(token.cached_at),
    expiresAt: isUsable ? numberOf(token.expires_on) : 0,
    renewAt: numberOf(token.refresh_on),
    at: quoteAt + 1,
    length: secret.length,
  };
}

function lowerCase(value: unknown): string {
  return typeof value === "string" ? value.toLowerCase() : "";
}

/** Returns a number that JSON can hold; 0 for anything else. */
function numberOf(value: unknown): number {
  const number = Number(value);
  return Number.isFinite(number) ? number : 0;
}
