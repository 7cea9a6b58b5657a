import type {
  ConfidentialClientApplication,
  INetworkModule,
  SilentFlowRequest,
} from "@azure/msal-node";
import { LRUCache } from "lru-cache";
import type { ClaimsRequest } from "../../challenge/claims-request.js";
import type { Refusal } from "../../challenge/refusal.js";
import type { TokenResult } from "../../challenge/token-refusal.js";
import type { Account } from "../account.js";
import type { AuthContext } from "../auth-context.js";
import { createMsalClient } from "../msal-client.js";
import { createNetworkClient, NO_NETWORK } from "../network-client.js";
import { exchangeTokens } from "../token-exchange.js";
import { coolDown, readCoolDown } from "./cool-down.js";
import { createFindTokenAtHand, type TokenAtHand } from "./token-at-hand.js";
import { readPartition, updatePartition, withoutRefreshTokens } from "./token-partition.js";

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
  /** The access token that the API did not accept: a newer one of the session is used instead. */
  readonly refusedToken?: string | undefined;
}

/** How many failed renewals in the background are remembered, and for how long. */
const FAILED_RENEWALS = { max: 10_000, ttl: 60_000 };

const SIGN_IN_AGAIN: TokenResult = {
  kind: "refused",
  refusal: { handling: "interactive", support: {} },
};

/**
 * Creates the function that acquires tokens silently. A valid token at hand is returned without MSAL;
 * when the authority recommends its renewal, that happens in the background.
 *
 * One request is under way for the same partition, scopes and claims; callers in the meantime get its
 * result. The function throws UpstreamError when the authority's metadata is unavailable.
 */
export function createAcquireTokenSilent(
  context: AuthContext,
): (request: SilentTokenRequest) => Promise<TokenResult> {
  const findTokenAtHand = createFindTokenAtHand();
  const underWay = new Map<string, Promise<TokenResult>>();
  const failedRenewals = new LRUCache<string, true>(FAILED_RENEWALS);

  function find(request: SilentTokenRequest, cache: string): TokenAtHand | undefined {
    const { partition, account, scopes } = request;
    const { clientId } = context.client;
    return findTokenAtHand(cache, { partition, account, clientId, scopes, now: context.now() });
  }

  function acquireOnce(request: SilentTokenRequest): Promise<TokenResult> {
    const { partition, account, scopes, claims, forceRefresh, refusedToken } = request;
    const key = JSON.stringify([partition, account, scopes, claims, forceRefresh, refusedToken]);
    const joined = underWay.get(key);
    if (joined !== undefined) return joined;
    const started = acquireFresh(request).finally(() => underWay.delete(key));
    underWay.set(key, started);
    return started;
  }

  async function acquireFresh(request: SilentTokenRequest): Promise<TokenResult> {
    const before = await readPartition(context.store, request.partition);
    if (before === undefined) return SIGN_IN_AGAIN;
    if (request.refusedToken !== undefined) {
      const { accessToken } = find(request, before) ?? {};
      // Another request has replaced the refused token in the meantime.
      if (accessToken !== undefined && accessToken !== request.refusedToken) {
        return { kind: "token", accessToken, isReplacement: true };
      }
    }
    return acquireWithMsal(request, before, context);
  }

  /** Renews a token at hand that is still valid; after a failure not again for a while. */
  function renewInBackground(request: SilentTokenRequest): void {
    const { partition, scopes } = request;
    const name = JSON.stringify([partition, scopes]);
    if (failedRenewals.has(name)) return;
    acquireOnce({ ...request, forceRefresh: true }).then(
      ({ kind }) => {
        if (kind === "refused") failedRenewals.set(name, true);
      },
      () => failedRenewals.set(name, true),
    );
  }

  return async (request) => {
    const { partition, claims, forceRefresh } = request;
    if (claims !== undefined || forceRefresh === true) return acquireOnce(request);
    const tokens = request.tokens ?? (await readPartition(context.store, partition));
    if (tokens === undefined) return SIGN_IN_AGAIN;
    const atHand = find(request, tokens);
    if (atHand === undefined) return acquireOnce(request);
    if (atHand.isRenewalDue) {
      renewInBackground(request);
    }
    return { kind: "token", accessToken: atHand.accessToken };
  };
}

async function acquireWithMsal(
  request: SilentTokenRequest,
  before: string,
  context: AuthContext,
): Promise<TokenResult> {
  const { store } = context;
  const { partition } = request;
  const cooling = await readCoolDown(store, partition);
  if (cooling !== undefined) {
    const cached = await findCachedToken(request, before, context);
    return cached ?? { kind: "refused", refusal: cooling };
  }
  const networkClient = createNetworkClient(context);
  const application = await openCache(before, networkClient, context);
  const parameters = await parametersFor(request, application);
  if (parameters === undefined) return SIGN_IN_AGAIN;
  const exchange = await exchangeTokens(() => application.acquireTokenSilent(parameters), {
    networkClient,
    grant: "refresh_token",
    now: context.now(),
  });
  const isDead = exchange.kind === "refused" && isTokenDead(exchange.refusal);
  const after = serialise(application, isDead);
  // MSAL reports a change after a hit, too.
  if (after !== before) await updatePartition(store, { partition, before, after });
  if (exchange.kind === "tokens") {
    return { kind: "token", accessToken: exchange.result.accessToken };
  }
  await coolDown(store, partition, exchange.refusal);
  return exchange;
}

/** Returns a cached token; sends nothing to the authority. */
async function findCachedToken(
  request: SilentTokenRequest,
  cache: string,
  context: AuthContext,
): Promise<TokenResult | undefined> {
  const application = await openCache(cache, NO_NETWORK, context);
  const parameters = await parametersFor(request, application);
  if (parameters === undefined) return undefined;
  const found = await application.acquireTokenSilent(parameters).catch(() => undefined);
  return found === undefined ? undefined : { kind: "token", accessToken: found.accessToken };
}

async function openCache(
  cache: string,
  networkClient: INetworkModule,
  { authority, client }: AuthContext,
): Promise<ConfidentialClientApplication> {
  return createMsalClient({ client, metadata: await authority.metadata(), networkClient, cache });
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

function serialise(application: ConfidentialClientApplication, withoutRefresh: boolean): string {
  const cache = application.getTokenCache().serialize();
  return withoutRefresh ? withoutRefreshTokens(cache) : cache;
}

/** MSAL drops a refresh token for only one of the refusals that mean that it is invalid. */
function isTokenDead(refusal: Refusal): boolean {
  return refusal.handling === "interactive" && refusal.dropRefreshToken === true;
}
