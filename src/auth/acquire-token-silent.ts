import type {
  ConfidentialClientApplication,
  INetworkModule,
  SilentFlowRequest,
} from "@azure/msal-node";
import type { TokenRefusal } from "../challenge/token-refusal.js";
import type { KeyValueStore } from "../store/key-value-store.js";
import type { Authority } from "./authority.js";
import { type ClientSettings, createMsalClient } from "./msal-client.js";
import { createNetworkClient, NO_NETWORK } from "./network-client.js";
import { exchangeTokens } from "./token-exchange.js";
import { coolDown, readCoolDown } from "./cool-down.js";
import { readPartition, updatePartition, withoutRefreshTokens } from "./token-partition.js";

/** The account whose token is wanted: all that MSAL needs to find it. */
export interface TokenAccount {
  readonly homeAccountId: string;
  readonly environment: string;
  readonly tenantId: string;
  readonly username: string;
  readonly localAccountId: string;
}

/** A token that is to be had without the person. */
export interface SilentTokenRequest {
  readonly partition: string;
  readonly account: TokenAccount;
  readonly scopes: readonly string[];
  /**
   * A claims request, as validated JSON text: skips the cached token and redeems the refresh token.
   * MSAL answers malformed claims with the old token and no error, so they must be valid here.
   */
  readonly claims?: string | undefined;
}

/** What became of a {@link SilentTokenRequest}. */
export type SilentToken =
  | { readonly kind: "token"; readonly accessToken: string }
  | { readonly kind: "refused"; readonly refusal: TokenRefusal };

/** What the functions of this folder share. */
export interface AuthContext {
  readonly authority: Authority;
  readonly client: ClientSettings;
  readonly store: KeyValueStore;
  readonly fetch: typeof fetch;
  /** The clock, in milliseconds. */
  readonly now: () => number;
  /** Waits that many milliseconds. */
  readonly wait: (ms: number) => Promise<void>;
}

/** Acquires a token without the person. */
export type AcquireTokenSilent = (request: SilentTokenRequest) => Promise<SilentToken>;

/**
 * Gives the function that asks for tokens silently.
 *
 * It throws UpstreamError when the authority's metadata cannot be had. One request is under way for
 * the same partition, scopes and claims; whoever asks meanwhile gets the same answer.
 */
export function createAcquireTokenSilent(context: AuthContext): AcquireTokenSilent {
  const underWay = new Map<string, Promise<SilentToken>>();

  return (request) => {
    const key = JSON.stringify([request.partition, request.scopes, request.claims]);
    const joined = underWay.get(key);
    if (joined !== undefined) return joined;
    const started = acquire(request, context).finally(() => underWay.delete(key));
    underWay.set(key, started);
    return started;
  };
}

async function acquire(request: SilentTokenRequest, context: AuthContext): Promise<SilentToken> {
  const { store } = context;
  const { partition } = request;
  const before = await readPartition(store, partition);
  if (before === undefined) {
    return { kind: "refused", refusal: { handling: "interactive", support: {} } };
  }
  const cooling = await readCoolDown(store, partition);
  if (cooling !== undefined) {
    const cached = await findCachedToken(request, before, context);
    return cached ?? { kind: "refused", refusal: cooling };
  }
  const networkClient = createNetworkClient(context);
  const application = await openCache(before, networkClient, context);
  const exchange = await exchangeTokens(
    () => application.acquireTokenSilent(parametersOf(request)),
    { networkClient, grant: "refresh_token", now: context.now() },
  );
  const refusal = exchange.kind === "refused" ? exchange.refusal : undefined;
  if (application.getTokenCache().hasChanged() || isTokenDead(refusal)) {
    const serialised = application.getTokenCache().serialize();
    const after = isTokenDead(refusal) ? withoutRefreshTokens(serialised) : serialised;
    // MSAL counts a hit as a change, too.
    if (after !== before) await updatePartition(store, { partition, before, after });
  }
  if (exchange.kind === "tokens") {
    return { kind: "token", accessToken: exchange.result.accessToken };
  }
  await coolDown(store, partition, exchange.refusal);
  return exchange;
}

/** Gives a token that is there already, without a word to the authority. */
async function findCachedToken(
  request: SilentTokenRequest,
  cache: string,
  context: AuthContext,
): Promise<SilentToken | undefined> {
  const application = await openCache(cache, NO_NETWORK, context);
  const found = await application.acquireTokenSilent(parametersOf(request)).catch(() => undefined);
  return found === undefined ? undefined : { kind: "token", accessToken: found.accessToken };
}

async function openCache(
  cache: string,
  networkClient: INetworkModule,
  { authority, client }: AuthContext,
): Promise<ConfidentialClientApplication> {
  return createMsalClient({ client, metadata: await authority.metadata(), networkClient, cache });
}

function parametersOf({ account, scopes, claims }: SilentTokenRequest): SilentFlowRequest {
  return { account, scopes: [...scopes], ...(claims !== undefined && { claims }) };
}

/** MSAL drops a refresh token for one of the refusals that mean that it is dead. */
function isTokenDead(refusal: TokenRefusal | undefined): boolean {
  return refusal?.handling === "interactive" && refusal.dropRefreshToken === true;
}
