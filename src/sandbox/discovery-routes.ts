import { Router } from "express";
import { injectFault } from "./faults.js";
import { USERINFO_PATH } from "./graph/graph-routes.js";
import { TENANT_ID } from "./registration.js";
import type { SandboxState } from "./sandbox-state.js";

const CLAIMS =
  "sub iss aud exp iat nbf auth_time nonce sid tid oid ver uti name given_name family_name email preferred_username login_hint acrs xms_cc";

/** Creates the routes of one tenant's metadata and keys. */
export function createDiscoveryRoutes(state: SandboxState): Router {
  const router = Router({ mergeParams: true });
  router.get("/v2.0/.well-known/openid-configuration", (_request, response) => {
    response.json(describeProvider(state));
  });
  router.get("/discovery/v2.0/keys", injectFault(state.faults, "keys"), (_request, response) => {
    const keys = state.keys.published().map((key) => ({ ...key, issuer: state.issuer }));
    response.json({ keys });
  });
  return router;
}

/** Creates the route of Entra's instance discovery, which MSAL reads an authority's names from. */
export function createInstanceDiscoveryRoutes({ url, issuer }: SandboxState): Router {
  const router = Router();
  router.get("/common/discovery/instance", (_request, response) => {
    const { host } = new URL(url);
    response.json({
      tenant_discovery_endpoint: `${issuer}/.well-known/openid-configuration`,
      "api-version": "1.1",
      metadata: [{ preferred_network: host, preferred_cache: host, aliases: [host] }],
    });
  });
  return router;
}

/**
 * Returns the metadata.
 *
 * @see {@link https://openid.net/specs/openid-connect-discovery-1_0.html#ProviderMetadata}
 */
function describeProvider({ url, issuer, issuerInResponses }: SandboxState) {
  const tenantUrl = `${url}/${TENANT_ID}`;
  return {
    token_endpoint: `${tenantUrl}/oauth2/v2.0/token`,
    token_endpoint_auth_methods_supported: [
      "client_secret_post",
      "private_key_jwt",
      "client_secret_basic",
    ],
    token_endpoint_auth_signing_alg_values_supported: ["RS256", "PS256"],
    jwks_uri: `${tenantUrl}/discovery/v2.0/keys`,
    response_modes_supported: ["query", "form_post"],
    subject_types_supported: ["pairwise"],
    id_token_signing_alg_values_supported: ["RS256"],
    code_challenge_methods_supported: ["S256", "plain"],
    response_types_supported: ["code"],
    grant_types_supported: ["authorization_code", "refresh_token", "client_credentials"],
    scopes_supported: ["openid", "profile", "email", "offline_access"],
    prompt_values_supported: ["none", "login", "select_account", "consent"],
    issuer,
    request_uri_parameter_supported: false,
    userinfo_endpoint: `${url}${USERINFO_PATH}`,
    claims_parameter_supported: true,
    // JSON leaves out what is undefined. RFC 9207, section 3.
    authorization_response_iss_parameter_supported: issuerInResponses || undefined,
    authorization_endpoint: `${tenantUrl}/oauth2/v2.0/authorize`,
    http_logout_supported: true,
    frontchannel_logout_supported: true,
    end_session_endpoint: `${tenantUrl}/oauth2/v2.0/logout`,
    claims_supported: CLAIMS.split(" "),
  };
}
