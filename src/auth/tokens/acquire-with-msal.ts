import type { ConfidentialClientApplication, SilentFlowRequest } from "@azure/msal-node";
import type { ClaimsRequest } from "../../challenge/claims-request.js";
import type { Refusal } from "../../challenge/refusal.js";
import type { TokenResult } from "../../challenge/token-refusal.js";
import { SignInError } from "../../errors.js";
import type { Account } from "../account.js";
import type { AuthContext } from "../auth-context.js";
import { createMsalClient } from "../msal-client.js";
import { createNetworkClient } from "../network-client.js";
import { exchangeTokens, type TokenExchange } from "../token-exchange.js";
import { coolDown, readCoolDown } from "./cool-down.js";
import { findIdentity, verifyRenewedIdentity } from "./renewed-identity.js";
import { deletePartition, updatePartition, withoutRefreshTokens } from "./token-partition.js";

/** A request for an access token without the person. */
export interface SilentTokenRequest {
  /** Names the session's tokens. */
  readonly partition: string;
  /** The person whose tokens they are; tokens of another one are not used. */
  readonly account: Account;
  readonly scopes: readonly string[];
  /** The session's tokens as the caller has just read them, which saves reading them again. */
  readonly tokens?: string | undefined;
  /** Skips the cached access token and redeems the refresh token with these claims. */
  readonly claims?: ClaimsRequest | undefined;
  /** Skips the cached access token. */
  readonly forceRefresh?: boolean | undefined;
  /** The access token to be replaced; a newer one of the session is used instead of a request. */
  readonly refusedToken?: string | undefined;
}

/** The result for a session without tokens of the person. */
export const SIGN_IN_AGAIN = {
  kind: "refused",
  refusal: { handling: "interactive", support: {} },
} as const satisfies TokenResult;

/** The result for a session that ended because its renewal brought the tokens of somebody else. */
const SESSION_ENDED: TokenResult = {
  kind: "refused",
  refusal: { handling: "unrecoverable", reason: "foreign-tokens", endSession: true, support: {} },
};

/**
 * Acquires a token with MSAL over the session's cache, and keeps what changed in it. Returns the refusal
 * that began a pause while that lasts; the caller has looked for a token at hand before.
 *
 * Tokens that are not verifiably of the session's person are neither used nor kept: the session's own
 * are deleted, which ends it.
 */
export async function acquireWithMsal(
  request: SilentTokenRequest,
  before: string,
  context: AuthContext,
): Promise<TokenResult> {
  const { store } = context;
  const { partition } = request;
  const cooling = await readCoolDown(store, partition);
  if (cooling !== undefined) return { kind: "refused", refusal: cooling };
  const renewal = await renew(request, before, context).catch((error: unknown) => {
    if (error instanceof SignInError) return error;
    throw error;
  });
  if (renewal instanceof SignInError) {
    await deletePartition(store, partition);
    context.onForeignTokens(renewal, request.account);
    return SESSION_ENDED;
  }
  const { exchange, after } = renewal;
  // MSAL reports a change after a hit, too.
  if (after !== before) await updatePartition(store, { partition, before, after });
  if (exchange.kind === "tokens") {
    return { kind: "token", accessToken: exchange.result.accessToken };
  }
  await coolDown(store, partition, exchange.refusal);
  return exchange;
}

/** The result of one renewal, and the cache as it leaves it. */
interface Renewal {
  readonly exchange: TokenExchange;
  readonly after: string;
}

/**
 * Runs the token request and verifies whose tokens it brought.
 *
 * @throws SignInError when they are not verifiably this person's.
 */
async function renew(
  request: SilentTokenRequest,
  before: string,
  context: AuthContext,
): Promise<Renewal> {
  const { account } = request;
  const identity = findIdentity(before, account);
  const networkClient = createNetworkClient({ ...context, keptIdToken: identity });
  const { authority, client, now } = context;
  const metadata = await authority.metadata();
  const application = createMsalClient({ client, metadata, networkClient, cache: before });
  const parameters = await parametersFor(request, application);
  if (parameters === undefined) return { exchange: SIGN_IN_AGAIN, after: before };
  // On /trace: renewal
  const exchange = await exchangeTokens(() => application.acquireTokenSilent(parameters), {
    networkClient,
    grant: "refresh_token",
    now: now(),
  });
  if (exchange.kind === "refused") {
    const isDead = isTokenDead(exchange.refusal);
    return { exchange, after: isDead ? withoutRefreshTokens(before) : before };
  }
  await verifyRenewedIdentity(exchange, identity, context);
  return { exchange, after: application.getTokenCache().serialize() };
}

/** Returns MSAL's parameters, or undefined when the cache holds no tokens of this person. */
async function parametersFor(
  { account: { oid, tid }, scopes, claims, forceRefresh = false }: SilentTokenRequest,
  application: ConfidentialClientApplication,
): Promise<SilentFlowRequest | undefined> {
  const accounts = await application.getTokenCache().getAllAccounts();
  const account = accounts.find((each) => each.localAccountId === oid && each.tenantId === tid);
  if (account === undefined) return undefined;
  const parameters = { account, scopes: [...scopes], forceRefresh };
  return claims === undefined ? parameters : { ...parameters, claims };
}

/** Returns whether the refresh token is invalid; MSAL drops it for only one of these refusals. */
function isTokenDead(refusal: Refusal): boolean {
  return refusal.handling === "interactive" && refusal.dropRefreshToken === true;
}
