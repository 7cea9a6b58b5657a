import { type AuthenticationResult, InteractionRequiredAuthError } from "@azure/msal-node";
import type { Refusal } from "../challenge/refusal.js";
import { readTokenRefusal, type TokenResponse } from "../challenge/token-refusal.js";
import { UpstreamError } from "../errors.js";
import type { RecordingNetworkClient } from "./network-client.js";

/** The result of one operation at the token endpoint. */
export type TokenExchange =
  | { readonly kind: "tokens"; readonly result: AuthenticationResult }
  | { readonly kind: "refused"; readonly refusal: Refusal };

/** Options of {@link exchangeTokens}. */
export interface ExchangeOptions extends Pick<TokenResponse, "grant" | "now"> {
  /** The client that the operation goes through. */
  readonly networkClient: RecordingNetworkClient;
}

/**
 * Runs one MSAL operation and reads its result from the endpoint's response, not from MSAL's error:
 * MSAL drops the claims of several refusals, reports some as interactive that no interaction
 * satisfies, and takes `500 {}` for a success.
 *
 * @throws UpstreamError `ERR_CLIENT_CREDENTIAL` when there is no client assertion to send.
 * @throws Error when the endpoint granted the request and MSAL still failed; MSAL's error is the cause.
 */
export async function exchangeTokens(
  operation: () => Promise<AuthenticationResult | null>,
  { networkClient, grant, now }: ExchangeOptions,
): Promise<TokenExchange> {
  let failure: unknown;
  try {
    const result = await operation();
    if (result !== null && holdsToken(result)) return { kind: "tokens", result };
  } catch (error) {
    failure = error;
  }
  const response = networkClient.lastResponse();
  if (response !== undefined) {
    const refusal = readTokenRefusal({ ...response, grant, now });
    if (refusal !== undefined) return { kind: "refused", refusal };
  }
  // Nothing was sent: the cache holds no refresh token.
  if (failure instanceof InteractionRequiredAuthError) {
    return { kind: "refused", refusal: { handling: "interactive", support: {} } };
  }
  if (response === undefined) {
    const message = "This app cannot authenticate to the identity provider.";
    throw new UpstreamError("ERR_CLIENT_CREDENTIAL", message, { cause: failure });
  }
  throw new Error("MSAL returned no token for a response that holds one", { cause: failure });
}

/** Returns whether both are there: MSAL's types promise them, an odd response lacks them. */
function holdsToken({ accessToken, account }: AuthenticationResult): boolean {
  return typeof accessToken === "string" && accessToken !== "" && account !== null;
}
