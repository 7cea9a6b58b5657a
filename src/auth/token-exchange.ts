import { type AuthenticationResult, InteractionRequiredAuthError } from "@azure/msal-node";
import { readTokenRefusal } from "../challenge/token-refusal.js";
import type { TokenAnswer, TokenRefusal } from "../challenge/token-refusal.js";
import { UpstreamError } from "../errors.js";
import type { RecordingNetworkClient } from "./network-client.js";

/** A token endpoint's answer to one operation: tokens, or what the refusal means. */
export type TokenExchange =
  | { readonly kind: "tokens"; readonly result: AuthenticationResult }
  | { readonly kind: "refused"; readonly refusal: TokenRefusal };

/** What {@link exchangeTokens} judges by. */
export interface ExchangeCircumstances extends Pick<TokenAnswer, "grant" | "now"> {
  /** The client that the operation goes through. */
  readonly networkClient: RecordingNetworkClient;
}

/**
 * Runs one MSAL operation and says what came of it.
 *
 * What the endpoint really said decides, not what MSAL throws: MSAL drops the claims of several
 * refusals, calls some interactive that no interaction can mend, and takes `500 {}` for a success.
 *
 * @throws UpstreamError `ERR_CLIENT_CREDENTIAL` when there is no assertion to send.
 * @throws Error when the endpoint granted the request and MSAL still failed; MSAL's error is the cause.
 */
export async function exchangeTokens(
  operation: () => Promise<AuthenticationResult | null>,
  { networkClient, ...circumstances }: ExchangeCircumstances,
): Promise<TokenExchange> {
  let failure: unknown;
  try {
    const result = await operation();
    if (result !== null && holdsToken(result)) return { kind: "tokens", result };
  } catch (error) {
    failure = error;
  }
  const answer = networkClient.lastAnswer();
  if (answer !== undefined) {
    const refusal = readTokenRefusal({ ...answer, ...circumstances });
    if (refusal !== undefined) return { kind: "refused", refusal };
  }
  // Nothing was asked: there is no refresh token to ask with.
  if (failure instanceof InteractionRequiredAuthError) {
    return { kind: "refused", refusal: { handling: "interactive", support: {} } };
  }
  if (answer === undefined) {
    const message = "This app cannot prove to the identity provider who it is.";
    throw new UpstreamError("ERR_CLIENT_CREDENTIAL", message, { cause: failure });
  }
  throw new Error("MSAL gave no token for an answer that holds one", { cause: failure });
}

/** MSAL's types promise both; at run time an empty or odd answer lacks them. */
function holdsToken({ accessToken, account }: AuthenticationResult): boolean {
  return typeof accessToken === "string" && accessToken !== "" && account !== null;
}
