import { setTimeout as waitMs } from "node:timers/promises";
import type { Refusal } from "../challenge/refusal.js";
import type { TokenResult } from "../challenge/token-refusal.js";
import { createAcquireTokenSilent } from "./tokens/acquire-token-silent.js";
import type { SilentTokenRequest } from "./tokens/acquire-with-msal.js";
import type { Account } from "./account.js";
import type { AuthContext } from "./auth-context.js";
import { buildSignOutUrl, createAuthority } from "./authority/authority.js";
import type {
  AuthorityMetadata,
  AuthoritySettings,
  SignOutRequest,
} from "./authority/authority.js";
import { buildAuthorizationUrl, type AuthorizationRequest } from "./authorization-request.js";
import { createClientAssertion } from "./client-assertion.js";
import { coolDown } from "./tokens/cool-down.js";
import { createIdTokenVerifier } from "./id-token.js";
import type { ClientSettings } from "./msal-client.js";
import { redeemCode, type CodeRedemption, type RedemptionResult } from "./redeem-code.js";
import { findIdentity } from "./tokens/renewed-identity.js";
import { cacheOf } from "./tokens/token-index.js";
import {
  createPartition,
  deletePartition,
  dropPartition,
  joinPartition,
  readPartition,
} from "./tokens/token-partition.js";

/**
 * The authority as the app uses it, and the tokens of each session. A session's tokens are named by
 * its partition; the text of a token leaves this folder only in a {@link TokenResult}.
 *
 * Functions that need the authority's metadata throw UpstreamError when it is unavailable or unfit.
 */
export interface Auth {
  /** Returns the authority's metadata, fetched once and then kept. */
  readonly metadata: () => Promise<AuthorityMetadata>;
  /** Builds the URL that the browser is sent to, with the claims of the request. */
  readonly authorizationUrl: (request: AuthorizationRequest) => Promise<string>;
  /** Redeems a code with the claims of its authorization request, and verifies the ID token. */
  readonly redeemCode: (redemption: CodeRedemption) => Promise<RedemptionResult>;
  /** Acquires an access token without the person. */
  readonly acquireTokenSilent: (request: SilentTokenRequest) => Promise<TokenResult>;
  /**
   * Keeps the tokens of a new session under a name, 256 random bits; returns false when the name is taken
   * or its tokens were forgotten.
   */
  readonly keepTokens: (partition: string, tokens: string) => Promise<boolean>;
  /** Returns whether the tokens that are kept under a name are this person's. */
  readonly holdsTokensOf: (partition: string, account: Account) => Promise<boolean>;
  /** Adds the tokens of a step-up to a session's; returns false when these were forgotten. */
  readonly addTokens: (partition: string, tokens: string) => Promise<boolean>;
  /** Deletes a session's tokens; a request under way can neither restore nor create them. */
  readonly forgetTokens: (partition: string) => Promise<void>;
  /** Deletes the tokens of a session that did not begin; the name may be used again. */
  readonly dropTokens: (partition: string) => Promise<void>;
  /** Reads a session's tokens, to be handed to `acquireTokenSilent`; undefined when there are none. */
  readonly readTokens: (partition: string) => Promise<string | undefined>;
  /** Stops token requests of a session for as long as the refusal demands, if it does. */
  readonly pauseTokenRequests: (partition: string, refusal: Refusal) => Promise<void>;
  /** Builds the URL that ends the authority's session. */
  readonly signOutUrl: (request: SignOutRequest) => Promise<string>;
}

/** Options of {@link createAuth}; `fetch`, `now`, `wait` and `onForeignTokens` have defaults. */
export interface AuthOptions
  extends
    Pick<AuthContext, "store">,
    Partial<Pick<AuthContext, "fetch" | "now" | "wait" | "onForeignTokens">> {
  readonly settings: AuthoritySettings;
  readonly client: Omit<ClientSettings, "assertion">;
}

/** Creates the functions of this folder over one authority, one client and one store. */
export function createAuth(options: AuthOptions): Auth {
  const { settings, store } = options;
  const { fetch = globalThis.fetch, now = Date.now, wait = waitMs } = options;
  const { onForeignTokens = () => undefined } = options;
  const assertion = createClientAssertion(options.client.credential, now);
  const client = { ...options.client, assertion };
  const authority = createAuthority(settings, { clientId: client.clientId, fetch, now });
  const verifyIdToken = createIdTokenVerifier(fetch, now);
  const shared = { store, fetch, now, wait, onForeignTokens };
  const context: AuthContext = { ...shared, authority, client, verifyIdToken };

  return {
    metadata: authority.metadata,
    authorizationUrl: (request) => buildAuthorizationUrl(request, context),
    redeemCode: (redemption) => redeemCode(redemption, context),
    acquireTokenSilent: createAcquireTokenSilent(context),
    keepTokens: (partition, tokens) => createPartition(store, partition, tokens),
    holdsTokensOf: async (partition, account) => {
      const cache = cacheOf((await readPartition(store, partition)) ?? "");
      return cache !== undefined && findIdentity(cache, account) !== undefined;
    },
    addTokens: (partition, tokens) => joinPartition(store, partition, tokens),
    forgetTokens: (partition) => deletePartition(store, partition),
    dropTokens: (partition) => dropPartition(store, partition),
    readTokens: (partition) => readPartition(store, partition),
    pauseTokenRequests: (partition, refusal) => coolDown(store, partition, refusal),
    signOutUrl: async (request) => buildSignOutUrl(await authority.metadata(), request),
  };
}
