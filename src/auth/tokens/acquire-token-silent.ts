import { createHash } from "node:crypto";
import { LRUCache } from "lru-cache";
import type { TokenResult } from "../../challenge/token-refusal.js";
import { withLock } from "../../store/lock.js";
import type { AuthContext } from "../auth-context.js";
import { acquireWithMsal, SIGN_IN_AGAIN, type SilentTokenRequest } from "./acquire-with-msal.js";
import { findTokenAtHand, type TokenAtHand } from "./token-at-hand.js";
import { cacheOf } from "./token-index.js";
import { readPartition } from "./token-partition.js";

/** How many failed renewals in the background are remembered, and for how long. */
const FAILED_RENEWALS = { max: 10_000, ttl: 60_000 };

/** How long a token request may hold off those of other processes, and how long these wait. */
const LOCK_TTL_MS = 15_000;
const LOCK_WAIT_MS = 10_000;

const BUSY: TokenResult = { kind: "refused", refusal: { handling: "transient", support: {} } };

/**
 * Creates the function that acquires tokens silently. A valid token at hand is returned without MSAL;
 * when the authority recommends its renewal, that happens in the background.
 *
 * One request is under way for the same partition, scopes and claims, in all processes that share the
 * store; callers in the meantime get its result. The function throws UpstreamError when the authority's
 * metadata is unavailable.
 */
export function createAcquireTokenSilent(
  context: AuthContext,
): (request: SilentTokenRequest) => Promise<TokenResult> {
  const underWay = new Map<string, Promise<TokenResult>>();
  const failedRenewals = new LRUCache<string, true>(FAILED_RENEWALS);

  function find(request: SilentTokenRequest, tokens: string): TokenAtHand | undefined {
    const { account, scopes } = request;
    const { clientId } = context.client;
    return findTokenAtHand(tokens, { account, clientId, scopes, now: context.now() });
  }

  function acquireOnce(request: SilentTokenRequest): Promise<TokenResult> {
    const { partition, account, scopes, claims, forceRefresh, refusedToken } = request;
    // On /trace: shared request
    const key = JSON.stringify([partition, account, scopes, claims, forceRefresh, refusedToken]);
    const joined = underWay.get(key);
    if (joined !== undefined) return joined;
    const started = acquireAlone(request, key).finally(() => underWay.delete(key));
    underWay.set(key, started);
    return started;
  }

  /** Acquires a token while no other process does the same. */
  async function acquireAlone(request: SilentTokenRequest, key: string): Promise<TokenResult> {
    const name = createHash("sha256").update(key).digest("base64url");
    const lock = { name, ttlMs: LOCK_TTL_MS, waitMs: LOCK_WAIT_MS };
    const locked = await withLock(context.store, lock, () => acquireFresh(request));
    return locked.kind === "done" ? locked.result : BUSY;
  }

  async function acquireFresh(request: SilentTokenRequest): Promise<TokenResult> {
    const { partition, claims, forceRefresh, refusedToken } = request;
    const tokens = await readPartition(context.store, partition);
    if (tokens === undefined) return SIGN_IN_AGAIN;
    const { accessToken } = find(request, tokens) ?? {};
    const hasDemand = claims !== undefined || forceRefresh === true;
    // On /trace: newer token
    // Another request has acquired a token in the meantime.
    if (accessToken !== undefined && !hasDemand) return { kind: "token", accessToken };
    if (accessToken !== undefined && refusedToken !== undefined && accessToken !== refusedToken) {
      return { kind: "token", accessToken, isReplacement: true };
    }
    const cache = cacheOf(tokens);
    return cache === undefined ? SIGN_IN_AGAIN : acquireWithMsal(request, cache, context);
  }

  /**
   * Renews a token at hand that is still valid, unless another process has done so; after a failure not
   * again for a while.
   */
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
    // On /trace: token at hand
    const { partition, claims, forceRefresh } = request;
    if (claims !== undefined || forceRefresh === true) return acquireOnce(request);
    const tokens = request.tokens ?? (await readPartition(context.store, partition));
    if (tokens === undefined) return SIGN_IN_AGAIN;
    const atHand = find(request, tokens);
    if (atHand === undefined) return acquireOnce(request);
    if (atHand.isRenewalDue) {
      renewInBackground({ ...request, refusedToken: atHand.accessToken });
    }
    return { kind: "token", accessToken: atHand.accessToken };
  };
}
