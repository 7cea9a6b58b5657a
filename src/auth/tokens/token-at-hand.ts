import { LRUCache } from "lru-cache";
import type { Account } from "../account.js";
import { OIDC_SCOPES } from "./token-partition.js";

/** MSAL renews an access token this long before it expires, in seconds. */
const RENEW_BEFORE_SECONDS = 300;

/** Parsed caches that are kept; a cache that has not changed is parsed once. */
const MAX_PARSED_CACHES = 2_000;

/** A valid access token in a session's cache. */
export interface TokenAtHand {
  readonly accessToken: string;
  /** The authority recommends to renew it now (`refresh_in`), though it is valid. */
  readonly isRenewalDue: boolean;
}

/** The token that is looked for. */
export interface TokenQuery {
  readonly partition: string;
  readonly account: Account;
  readonly clientId: string;
  readonly scopes: readonly string[];
  /** The clock, in milliseconds. */
  readonly now: number;
}

/** Finds an access token in a serialised cache, or returns undefined when MSAL has to decide. */
export type FindTokenAtHand = (cache: string, query: TokenQuery) => TokenAtHand | undefined;

type Entity = Readonly<Record<string, unknown>>;
type Table = Readonly<Record<string, Entity>>;

interface ParsedCache {
  readonly text: string;
  readonly accounts: readonly Entity[];
  readonly accessTokens: readonly Entity[];
}

/**
 * Creates the function that finds the access token that MSAL would return from its cache, without an
 * MSAL client: the only one for the account, the client and the scopes, issued in the past and valid
 * for five minutes more.
 */
export function createFindTokenAtHand(): FindTokenAtHand {
  const parsed = new LRUCache<string, ParsedCache>({ max: MAX_PARSED_CACHES });

  return (cache, query) => {
    let known = parsed.get(query.partition);
    if (known?.text !== cache) {
      known = parse(cache);
      parsed.set(query.partition, known);
    }
    const [found, ...others] = findTokens(known, query);
    const seconds = Math.round(query.now / 1000);
    if (found === undefined || others.length > 0 || !isValid(found, seconds)) return undefined;
    const renewAt = Number(found.refresh_on ?? 0);
    return { accessToken: String(found.secret), isRenewalDue: renewAt > 0 && seconds > renewAt };
  };
}

/** Returns whether a bearer token was issued in the past and does not expire soon. */
function isValid(token: Entity, now: number): boolean {
  const { secret, token_type: type, cached_at: cachedAt, expires_on: expiresOn } = token;
  if (typeof secret !== "string" || secret === "") return false;
  if (typeof type !== "string" || type.toLowerCase() !== "bearer") return false;
  return Number(cachedAt) <= now && now + RENEW_BEFORE_SECONDS <= Number(expiresOn);
}

function parse(text: string): ParsedCache {
  const { Account: accounts = {}, AccessToken: accessTokens = {} } = JSON.parse(text) as Readonly<
    Record<string, Table>
  >;
  return {
    text,
    accounts: Object.values(accounts),
    accessTokens: Object.values(accessTokens),
  };
}

function findTokens({ accounts, accessTokens }: ParsedCache, query: TokenQuery): Entity[] {
  const { oid, tid } = query.account;
  const account = accounts.find((each) => each.local_account_id === oid && each.realm === tid);
  if (account === undefined) return [];
  const wanted = searchScopes(query.scopes);
  return accessTokens.filter(
    (token) =>
      token.home_account_id === account.home_account_id &&
      token.environment === account.environment &&
      token.realm === account.realm &&
      token.client_id === query.clientId &&
      token.credential_type === "AccessToken" &&
      wanted.length > 0 &&
      holdsScopes(token, wanted),
  );
}

/** Returns the scopes to look for: those of OpenID Connect count only when there are no others. */
function searchScopes(scopes: readonly string[]): readonly string[] {
  const wanted = scopes.map((scope) => scope.toLowerCase());
  const others = wanted.filter((scope) => !OIDC_SCOPES.has(scope));
  return others.length > 0 ? others : wanted.filter((scope) => scope !== "offline_access");
}

function holdsScopes({ target }: Entity, wanted: readonly string[]): boolean {
  if (typeof target !== "string") return false;
  const granted = new Set(target.toLowerCase().split(" "));
  return wanted.every((scope) => granted.has(scope));
}
