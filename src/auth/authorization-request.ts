import { createHash } from "node:crypto";
import { UpstreamError } from "../errors.js";
import type { AuthorityMetadata } from "./authority.js";
import { type ClientSettings, createMsalClient } from "./msal-client.js";
import { createNetworkClient, type NetworkDependencies } from "./network-client.js";

/** The longest authorization URL that browsers and proxies surely carry, in octets. */
const MAX_URL_OCTETS = 8_000;

/** An authorization request, RFC 6749 §4.1.1 and OpenID Connect Core §3.1.2.1. */
export interface AuthorizationRequest {
  readonly scopes: readonly string[];
  readonly redirectUri: string;
  readonly state: string;
  readonly nonce: string;
  /** The PKCE verifier (RFC 7636); its S256 challenge is sent. */
  readonly codeVerifier: string;
  /** The claims request, as validated JSON text. */
  readonly claims?: string | undefined;
  readonly loginHint?: string | undefined;
  readonly prompt?: "login" | "select_account" | undefined;
  /** RFC 9470 §4: what an API asked for in its own words. */
  readonly acrValues?: readonly string[] | undefined;
  readonly maxAgeSeconds?: number | undefined;
}

/**
 * Gives the URL that the browser is sent to.
 *
 * @throws UpstreamError `ERR_BAD_CHALLENGE` when the claims make it longer than a browser carries.
 */
export async function buildAuthorizationUrl(
  request: AuthorizationRequest,
  context: { client: ClientSettings; metadata: AuthorityMetadata } & NetworkDependencies,
): Promise<string> {
  const application = createMsalClient({ ...context, networkClient: createNetworkClient(context) });
  const url = await application.getAuthCodeUrl({
    scopes: [...request.scopes],
    redirectUri: request.redirectUri,
    state: request.state,
    nonce: request.nonce,
    codeChallenge: createHash("sha256").update(request.codeVerifier).digest("base64url"),
    // MSAL drops the challenge silently when the method is not named.
    codeChallengeMethod: "S256",
    // The answer to `form_post` comes without a SameSite=Lax cookie.
    responseMode: "query",
    ...(request.claims !== undefined && { claims: request.claims }),
    ...(request.loginHint !== undefined && { loginHint: request.loginHint }),
    ...(request.prompt !== undefined && { prompt: request.prompt }),
    extraQueryParameters: {
      ...(request.acrValues !== undefined && { acr_values: request.acrValues.join(" ") }),
      ...(request.maxAgeSeconds !== undefined && { max_age: String(request.maxAgeSeconds) }),
    },
  });
  if (url.length > MAX_URL_OCTETS) {
    const message = "The API asked for more than a browser can carry to the identity provider.";
    throw new UpstreamError("ERR_BAD_CHALLENGE", message);
  }
  return url;
}
