import type { Account } from "../account.js";
import { indexOf, textOf } from "./token-index.js";
import { OIDC_SCOPES } from "./token-partition.js";

/** MSAL renews an access token this long before it expires, in seconds. */
const RENEW_BEFORE_SECONDS = 300;

/** A valid access token among a session's tokens. */
export interface TokenAtHand {
  readonly accessToken: string;
  /** The authority recommends to renew it now (`refresh_in`), though it is valid. */
  readonly isRenewalDue: boolean;
}

/** The token that is looked for. */
export interface TokenQuery {
  readonly account: Account;
  readonly clientId: string;
  readonly scopes: readonly string[];
  /** The clock, in milliseconds. */
  readonly now: number;
}

/**
 * Finds the access token that MSAL would return from its cache, without an MSAL client: the only one
 * for the account, the client and the scopes, issued in the past and valid for five minutes more.
 * Returns undefined when MSAL has to decide.
 */
export function findTokenAtHand(tokens: string, query: TokenQuery): TokenAtHand | undefined {
  const { account, clientId } = query;
  const wanted = searchScopes(query.scopes);
  const [found, ...others] = indexOf(tokens).filter(
    (token) =>
      token.oid === account.oid &&
      token.tid === account.tid &&
      token.clientId === clientId &&
      wanted.length > 0 &&
      wanted.every((scope) => token.scopes.includes(scope)),
  );
  if (found === undefined || others.length > 0) return undefined;
  const { issuedAt, expiresAt, renewAt } = found;
  const now = Math.round(query.now / 1000);
  if (issuedAt > now || now + RENEW_BEFORE_SECONDS > expiresAt) return undefined;
  return { accessToken: textOf(tokens, found), isRenewalDue: renewAt > 0 && now > renewAt };
}

/** Returns the scopes to look for: those of OpenID Connect count only when there are no others. */
function searchScopes(scopes: readonly string[]): readonly string[] {
  const wanted = scopes.map((scope) => scope.toLowerCase());
  const others = wanted.filter((scope) => !OIDC_SCOPES.has(scope));
  return others.length > 0 ? others : wanted.filter((scope) => scope !== "offline_access");
}
