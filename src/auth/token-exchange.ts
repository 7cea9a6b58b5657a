import { type AuthenticationResult, InteractionRequiredAuthError } from "@azure/msal-node";
import type { Refusal } from "../challenge/refusal.js";
import { readMembers, readText, type ResponseMembers } from "../challenge/oauth-error.js";
import { readTokenRefusal, type TokenResponse } from "../challenge/token-refusal.js";
import { SignInError, UpstreamError } from "../errors.js";
import type { RecordingNetworkClient } from "./network-client.js";

/** The result of one operation at the token endpoint. */
export type TokenExchange =
  | {
      readonly kind: "tokens";
      readonly result: AuthenticationResult;
      /** The ID token of the response; undefined when it has none, or when nothing was sent. */
      readonly idToken: string | undefined;
      /** When the authority sent it, by its clock; in milliseconds since the epoch. */
      readonly authorityTime?: number | undefined;
    }
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
 * @throws UpstreamError `ERR_CLIENT_CREDENTIAL` when there is no client assertion to send, and
 *   `ERR_AUTHORITY_UNFIT` when the access token is not a bearer token.
 * @throws SignInError `ERR_ID_TOKEN_INVALID` when the endpoint granted the request and MSAL still failed,
 *   for example because the nonce is another one; MSAL's error is the cause.
 */
export async function exchangeTokens(
  operation: () => Promise<AuthenticationResult | null>,
  { networkClient, grant, now }: ExchangeOptions,
): Promise<TokenExchange> {
  let failure: unknown;
  let result: AuthenticationResult | null = null;
  try {
    result = await operation();
  } catch (error) {
    failure = error;
  }
  // On /trace: token response
  const response = networkClient.lastResponse();
  if (result !== null && holdsToken(result)) {
    const { body, authorityTime } = response ?? {};
    return { kind: "tokens", result, idToken: readIdToken(body), authorityTime };
  }
  if (response !== undefined) {
    const refusal = readTokenRefusal({ ...response, grant, now });
    if (refusal !== undefined) return { kind: "refused", refusal };
    requireBearerToken(readMembers(response.body));
  }
  // Nothing was sent: the cache holds no refresh token.
  if (failure instanceof InteractionRequiredAuthError) {
    return { kind: "refused", refusal: { handling: "interactive", support: {} } };
  }
  if (response === undefined) {
    const message = "This app cannot authenticate to Microsoft Entra ID.";
    throw new UpstreamError("ERR_CLIENT_CREDENTIAL", message, { cause: failure });
  }
  const message = "The response of Microsoft Entra ID does not belong to this sign-in.";
  throw new SignInError("ERR_ID_TOKEN_INVALID", message, { cause: failure });
}

/** Returns the ID token of a token response, whose access token must be a bearer token. */
function readIdToken(body: string | undefined): string | undefined {
  if (body === undefined) return undefined;
  const members = readMembers(body);
  requireBearerToken(members);
  const idToken = members.id_token;
  // A member that is no text is not a missing one: it does not verify.
  return idToken === undefined || idToken === null ? undefined : readText(members, "id_token");
}

/** Verifies the type of the access token, which RFC 6749 §5.1 requires; its case is not significant. */
function requireBearerToken(members: ResponseMembers): void {
  if (readText(members, "token_type").toLowerCase() === "bearer") return;
  const message = "Microsoft Entra ID issues access tokens of a type that this app cannot use.";
  throw new UpstreamError("ERR_AUTHORITY_UNFIT", message);
}

/** Returns whether both are there: MSAL's types promise them, an odd response lacks them. */
function holdsToken({ accessToken, account }: AuthenticationResult): boolean {
  return typeof accessToken === "string" && accessToken !== "" && account !== null;
}
