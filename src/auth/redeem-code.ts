import type { ClaimsRequest } from "../challenge/claims-request.js";
import type { Refusal } from "../challenge/refusal.js";
import type { AuthContext } from "./auth-context.js";
import type { IdTokenClaims, RequestedIdToken } from "./id-token-claims.js";
import { createMsalClient } from "./msal-client.js";
import { createNetworkClient } from "./network-client.js";
import { exchangeTokens } from "./token-exchange.js";

/** An authorization code and the parameters of its authorization request. */
export interface CodeRedemption extends RequestedIdToken {
  readonly code: string;
  readonly scopes: readonly string[];
  readonly redirectUri: string;
  readonly codeVerifier: string;
  /** The same claims request as in the authorization request. */
  readonly claims?: ClaimsRequest | undefined;
}

/** The result of a redemption. Nothing is stored yet: the caller decides whose session it is. */
export type RedemptionResult =
  | {
      readonly kind: "redeemed";
      readonly idToken: IdTokenClaims;
      /** The new tokens as a serialised cache, to be kept with `keepTokens` or `addTokens`. */
      readonly tokens: string;
      /** The id by which the authority logs the request. */
      readonly correlationId: string;
    }
  | { readonly kind: "refused"; readonly refusal: Refusal };

/**
 * Redeems an authorization code and verifies the ID token that comes with it. The code is sent once.
 *
 * @throws SignInError `ERR_ID_TOKEN_INVALID` when the ID token does not verify.
 * @throws UpstreamError when the authority's metadata or keys are unavailable, or its tokens unusable.
 */
export async function redeemCode(
  redemption: CodeRedemption,
  context: AuthContext,
): Promise<RedemptionResult> {
  const { code, scopes, redirectUri, codeVerifier, nonce, requestedAt, claims } = redemption;
  const { client, authority, now, verifyIdToken } = context;
  const networkClient = createNetworkClient(context);
  const metadata = await authority.metadata();
  const application = createMsalClient({ client, metadata, networkClient });
  // On /trace: redemption
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
    { networkClient, grant: "authorization_code", now: now() },
  );
  if (exchange.kind === "refused") return exchange;
  const idToken = await verifyIdToken(exchange.idToken ?? "", {
    metadata,
    clientId: client.clientId,
    accessToken: exchange.result.accessToken,
    authorityTime: exchange.authorityTime,
    authorization: { nonce, requestedAt },
  });
  const { correlationId } = exchange.result;
  const tokens = application.getTokenCache().serialize();
  return { kind: "redeemed", idToken, tokens, correlationId };
}
