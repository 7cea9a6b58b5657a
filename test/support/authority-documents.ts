import type { Overrides } from "./authority.js";
import type { SeenRequest } from "./listen.js";

/** Which metadata is asked for. */
export interface MetadataOptions {
  readonly origin: string;
  readonly tenantId: string;
  /** The app that the keys are of, when it has its own. */
  readonly appId?: string | undefined;
}

/** Returns the part of Entra's discovery document that clients and APIs read. */
export function metadataOf({ origin, tenantId, appId }: MetadataOptions): Overrides {
  const at = `${origin}/${tenantId}`;
  const query = appId === undefined ? "" : `?appid=${appId}`;
  return {
    issuer: `${at}/v2.0`,
    authorization_endpoint: `${at}/oauth2/v2.0/authorize`,
    token_endpoint: `${at}/oauth2/v2.0/token`,
    end_session_endpoint: `${at}/oauth2/v2.0/logout`,
    jwks_uri: `${at}/discovery/v2.0/keys${query}`,
    response_types_supported: ["code"],
    response_modes_supported: ["query"],
    subject_types_supported: ["pairwise"],
    id_token_signing_alg_values_supported: ["RS256"],
    token_endpoint_auth_methods_supported: ["client_secret_post", "private_key_jwt"],
    tenant_region_scope: "EU",
  };
}

/** Returns the redirect URI with the response and, when there was one, the state. */
export function responseUrl(
  params: SeenRequest["params"],
  response: Readonly<Record<string, string>>,
): string {
  const url = new URL(params["redirect_uri"] ?? "");
  const state = params["state"] === undefined ? {} : { state: params["state"] };
  for (const [name, value] of Object.entries({ ...state, ...response })) {
    url.searchParams.set(name, value);
  }
  return url.href;
}
