import type { TokenRefusal } from "../challenge/token-refusal.js";
import { AppError, SignInError } from "../errors.js";
import type { AuthContext, TokenAccount } from "./acquire-token-silent.js";
import type { IdTokenClaims, VerifyIdToken } from "./id-token.js";
import { createMsalClient } from "./msal-client.js";
import { createNetworkClient } from "./network-client.js";
import { exchangeTokens } from "./token-exchange.js";

/** An authorization code and what it was asked for with. */
export interface CodeRedemption {
  readonly code: string;
  readonly scopes: readonly string[];
  readonly redirectUri: string;
  readonly codeVerifier: string;
  readonly nonce: string;
  /** The same claims request as on the authorization request. */
  readonly claims?: string | undefined;
}

/** What became of a {@link CodeRedemption}. Nothing is stored yet: the caller decides whose it is. */
export type RedeemedCode =
  | {
      readonly kind: "redeemed";
      readonly account: TokenAccount;
      readonly idToken: IdTokenClaims;
      /** A token cache with the new tokens and nothing else, serialised. */
      readonly cache: string;
    }
  | { readonly kind: "refused"; readonly refusal: TokenRefusal };

/**
 * Redeems a code, once, and verifies the ID token that comes with the tokens.
 *
 * @throws SignInError `ERR_ID_TOKEN_INVALID` when the ID token does not fit.
 * @throws UpstreamError when the authority's metadata or keys cannot be had.
 */
export async function redeemCode(
  redemption: CodeRedemption,
  context: AuthContext & { readonly verifyIdToken: VerifyIdToken },
): Promise<RedeemedCode> {
  const { code, scopes, redirectUri, codeVerifier, nonce, claims } = redemption;
  const networkClient = createNetworkClient(context);
  const metadata = await context.authority.metadata();
  const { client } = context;
  const application = createMsalClient({ client, metadata, networkClient });
  const exchange = await exchangeTokens(
    () =>
      application.acquireTokenByCode({
        code,
        scopes: [...scopes],
        redirectUri,
        codeVerifier,
        nonce,
        ...(claims !== undefined && { claims }),
      }),
    { networkClient, grant: "authorization_code", now: context.now() },
  ).catch((cause: unknown) => {
    if (cause instanceof AppError) throw cause;
    const message = "The identity provider's answer does not fit the sign-in it belongs to.";
    throw new SignInError("ERR_ID_TOKEN_INVALID", message, { cause });
  });
  if (exchange.kind === "refused") return exchange;
  const { idToken: text, account } = exchange.result;
  if (account === null) throw new Error("MSAL gave tokens without an account");
  const expectation = { metadata, clientId: client.clientId, nonce };
  const idToken = await context.verifyIdToken(text, expectation);
  return {
    kind: "redeemed",
    account: {
      homeAccountId: account.homeAccountId,
      environment: account.environment,
      tenantId: account.tenantId,
      username: account.username,
      localAccountId: account.localAccountId,
    },
    idToken,
    cache: application.getTokenCache().serialize(),
  };
}
