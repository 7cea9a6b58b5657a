import { decodeJwt, UnsecuredJWT } from "jose";
import type { Account } from "../account.js";
import { type Entity, placeOf, putBack, type Table, takeTexts } from "./access-token-texts.js";
import { compress, decompress } from "./compressed-text.js";

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
  /** Where the token's text begins among the texts, and how long it is. */
  readonly at: number;
  readonly length: number;
}

/** The claims of an ID token that say who somebody is, and where. */
const IDENTIFYING_CLAIMS: ReadonlySet<string> = new Set(["iss", "sub", "oid", "tid"]);

/** Separates the parts of stored tokens; none of them has a line feed in it. */
const END_OF_PART = "\n";

/**
 * Returns a session's tokens as they are stored: an index of the access tokens, their texts, and the rest
 * of MSAL's serialised cache, compressed. With the index, a token is found without reading the rest.
 *
 * Of an ID token, which was verified when it came, only the claims are kept that a renewal is compared
 * by.
 */
export function withIndex(cache: string): string {
  const sections = JSON.parse(cache) as Readonly<Record<string, Table>>;
  const { table, texts } = takeTexts(sections.AccessToken);
  const rest = { ...sections, IdToken: shortenAll(sections.IdToken), AccessToken: table };
  const index = indexTokens(sections.Account, table);
  return [JSON.stringify(index), texts, compress(JSON.stringify(rest))].join(END_OF_PART);
}

/** Returns MSAL's serialised cache of a session's tokens; undefined when the tokens are unreadable. */
export function cacheOf(tokens: string): string | undefined {
  const [, texts, compressed] = tokens.split(END_OF_PART);
  if (texts === undefined || compressed === undefined) return undefined;
  try {
    const rest = JSON.parse(decompress(compressed)) as Readonly<Record<string, Table>>;
    return JSON.stringify({ ...rest, AccessToken: putBack(rest.AccessToken, texts) });
  } catch {
    return undefined;
  }
}

/** Returns the index of a session's tokens; it is empty when they have none. */
export function indexOf(tokens: string): readonly IndexedToken[] {
  const index = tokens.slice(0, tokens.indexOf(END_OF_PART) + 1);
  try {
    return index === "" ? [] : (JSON.parse(index) as readonly IndexedToken[]);
  } catch {
    return [];
  }
}

/** Returns the text of a token of the index. */
export function textOf(tokens: string, { at, length }: IndexedToken): string {
  const start = tokens.indexOf(END_OF_PART) + 1 + at;
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

function indexTokens(accounts: Table = {}, accessTokens: Table = {}): readonly IndexedToken[] {
  return Object.values(accessTokens).flatMap((token) => {
    const owners = Object.values(accounts).filter((account) => isOwner(account, token));
    return owners.map((account) => indexToken(token, account));
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

function indexToken(token: Entity, account: Entity): IndexedToken {
  const place = placeOf(token);
  const isUsable =
    place !== undefined &&
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
    at: place?.at ?? 0,
    length: place?.length ?? 0,
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
