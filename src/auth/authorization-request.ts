import { createHash } from "node:crypto";
import type { StepUp } from "../challenge/step-up.js";
import { UpstreamError } from "../errors.js";
import type { AuthContext } from "./auth-context.js";
import { createMsalClient } from "./msal-client.js";
import { NO_NETWORK } from "./network-client.js";

/** The longest authorization URL that all browsers and proxies accept, in octets. */
const MAX_URL_OCTETS = 8_000;

/** An authorization request, RFC 6749 §4.1.1 and OpenID Connect Core §3.1.2.1. */
export interface AuthorizationRequest extends StepUp {
  readonly scopes: readonly string[];
  readonly redirectUri: string;
  readonly state: string;
  readonly nonce: string;
  /** The PKCE verifier (RFC 7636); its S256 challenge is sent. */
  readonly codeVerifier: string;
  readonly loginHint?: string | undefined;
  /** Lets the person choose an account even when one is signed in at the authority. */
  readonly chooseAccount?: boolean | undefined;
}

/**
 * Builds the URL that the browser is sent to.
 *
 * @throws UpstreamError `ERR_BAD_CHALLENGE` when the claims make it longer than browsers accept.
 */
export async function buildAuthorizationUrl(
  request: AuthorizationRequest,
  { authority, client }: Pick<AuthContext, "authority" | "client">,
): Promise<string> {
  const { scopes, redirectUri, state, nonce, codeVerifier, loginHint } = request;
  const { claims, acrValues, maxAgeSeconds } = request;
  const prompt = promptOf(request);
  const metadata = await authority.metadata();
  const application = createMsalClient({ client, metadata, networkClient: NO_NETWORK });
  // On /trace: authorization request
  const url = await application.getAuthCodeUrl({
    scopes: [...scopes],
    redirectUri,
    state,
    nonce,
    codeChallenge: createHash("sha256").update(codeVerifier).digest("base64url"),
    // MSAL drops the challenge silently when the method is not named.
    codeChallengeMethod: "S256",
    // A response by `form_post` arrives without a SameSite=Lax cookie.
    responseMode: "query",
    ...(claims !== undefined && { claims }),
    ...(loginHint !== undefined && { loginHint }),
    ...(prompt !== undefined && { prompt }),
    extraQueryParameters: {
      ...(acrValues !== undefined && { acr_values: acrValues.join(" ") }),
      ...(maxAgeSeconds !== undefined && { max_age: String(maxAgeSeconds) }),
    },
  });
  if (url.length > MAX_URL_OCTETS) {
    const message = "The API asked for more than fits into an address of Microsoft Entra ID.";
    throw new UpstreamError("ERR_BAD_CHALLENGE", message);
  }
  return url;
}

function promptOf({ chooseAccount, signInAfresh }: AuthorizationRequest): string | undefined {
  if (chooseAccount === true) return "select_account";
  return signInAfresh === true ? "login" : undefined;
}
