import { z } from "zod";
import { UpstreamError } from "../../errors.js";

/** How long metadata is used before it is fetched anew in the background, in milliseconds. */
const FRESH_MS = 24 * 60 * 60 * 1000;
const FETCH_TIMEOUT_MS = 10_000;

/** The members of OpenID Connect Discovery 1.0 §3 that are used; MSAL gets all of them. */
const metadataSchema = z.looseObject({
  issuer: z.url(),
  authorization_endpoint: z.url(),
  token_endpoint: z.url(),
  jwks_uri: z.url(),
  end_session_endpoint: z.url(),
});

/** An authority's endpoints, in wire case. */
export type AuthorityMetadata = z.infer<typeof metadataSchema>;

/** Identifies the authority that signs people in. */
export interface AuthoritySettings {
  /** Origin of an Entra cloud or custom domain, without a trailing slash. */
  readonly cloudInstance: string;
  /** Tenant id or domain. */
  readonly tenantId: string;
}

/** An authority whose metadata is fetched once and kept. */
export interface Authority {
  /**
   * Returns the metadata, at once when it is known.
   *
   * @throws UpstreamError `ERR_AUTHORITY_UNAVAILABLE` when the authority does not respond, and
   *   `ERR_AUTHORITY_UNFIT` when the metadata is not this tenant's.
   */
  readonly metadata: () => Promise<AuthorityMetadata>;
}

/** Options of {@link createAuthority}. */
export interface AuthorityDependencies {
  readonly fetch: typeof fetch;
  /** The clock, in milliseconds. */
  readonly now: () => number;
}

/** Creates the authority; its metadata is fetched at the first use. */
export function createAuthority(
  settings: AuthoritySettings,
  { fetch, now }: AuthorityDependencies,
): Authority {
  let known: { metadata: AuthorityMetadata; fetchedAt: number } | undefined;
  let underWay: Promise<AuthorityMetadata> | undefined;

  async function refresh(): Promise<AuthorityMetadata> {
    underWay ??= fetchMetadata(settings, fetch).finally(() => {
      underWay = undefined;
    });
    const metadata = await underWay;
    known = { metadata, fetchedAt: now() };
    return metadata;
  }

  return {
    metadata: () => {
      if (known === undefined) return refresh();
      if (now() - known.fetchedAt > FRESH_MS) {
        // In the background; if it fails, the known metadata stays and the next call tries again.
        refresh().catch(() => undefined);
      }
      return Promise.resolve(known.metadata);
    },
  };
}

async function fetchMetadata(
  settings: AuthoritySettings,
  fetch: AuthorityDependencies["fetch"],
): Promise<AuthorityMetadata> {
  const url = `${settings.cloudInstance}/${settings.tenantId}/v2.0/.well-known/openid-configuration`;
  const body = await fetchJson(url, fetch);
  const parsed = metadataSchema.safeParse(body);
  if (!parsed.success) throw unfit("its metadata lacks endpoints");
  requireOwnEndpoints(settings, parsed.data);
  requireFittingIssuer(settings, parsed.data);
  return parsed.data;
}

async function fetchJson(url: string, fetch: AuthorityDependencies["fetch"]): Promise<unknown> {
  try {
    const signal = AbortSignal.timeout(FETCH_TIMEOUT_MS);
    const response = await fetch(url, { signal });
    if (response.ok) return await response.json();
    throw new Error(`Discovery failed with status ${response.status}`);
  } catch (cause) {
    const message = "The identity provider does not respond. Please try again in a moment.";
    throw new UpstreamError("ERR_AUTHORITY_UNAVAILABLE", message, { cause });
  }
}

/**
 * Verifies that all endpoints are on the authority's host. MSAL does not check supplied metadata: a
 * forged document could send the client secret and the browser to another host.
 */
function requireOwnEndpoints(settings: AuthoritySettings, metadata: AuthorityMetadata): void {
  const origin = new URL(settings.cloudInstance).origin;
  const { authorization_endpoint, token_endpoint, jwks_uri, end_session_endpoint } = metadata;
  for (const url of [authorization_endpoint, token_endpoint, jwks_uri, end_session_endpoint]) {
    if (new URL(url).origin !== origin) throw unfit("an endpoint is on another host");
  }
}

/**
 * Verifies that the issuer is `<host>/<tenant id>/v2.0`. Its tenant is a GUID even when the settings
 * give a domain, and external tenants (`<name>.ciamlogin.com`) name it in the host as well.
 *
 * @see {@link https://openid.net/specs/openid-connect-discovery-1_0.html#ProviderConfigurationValidation | Discovery §4.3}
 */
function requireFittingIssuer(settings: AuthoritySettings, metadata: AuthorityMetadata): void {
  const issuer = new URL(metadata.issuer);
  const tenantId = issuer.pathname.match(/^\/([0-9a-f-]{36})\/v2\.0$/)?.[1];
  if (tenantId === undefined) throw unfit("its issuer names no tenant");
  const configured = settings.tenantId.toLowerCase();
  if (/^[0-9a-f-]{36}$/.test(configured) && configured !== tenantId) {
    throw unfit("its issuer is another tenant");
  }
  const origins = [new URL(settings.cloudInstance).origin, `https://${tenantId}.ciamlogin.com`];
  if (!origins.includes(issuer.origin)) throw unfit("its issuer is another host");
}

function unfit(reason: string): UpstreamError {
  const message = `The identity provider is not the configured one: ${reason}.`;
  return new UpstreamError("ERR_AUTHORITY_UNFIT", message);
}

/** Returns the tenant id (a GUID) that the issuer names. */
export function tenantIdOf(metadata: AuthorityMetadata): string {
  return new URL(metadata.issuer).pathname.split("/")[1] ?? "";
}

/** The parameters of a sign-out request. */
export interface SignOutRequest {
  readonly postLogoutRedirectUri: string;
  /** The `login_hint` claim of the ID token; without it the person is asked which account it is. */
  readonly logoutHint?: string | undefined;
}

/**
 * Builds the URL that ends the authority's session; MSAL has no function for it.
 *
 * @see {@link https://openid.net/specs/openid-connect-rpinitiated-1_0.html | RP-Initiated Logout}
 */
export function buildSignOutUrl(metadata: AuthorityMetadata, request: SignOutRequest): string {
  const url = new URL(metadata.end_session_endpoint);
  url.searchParams.set("post_logout_redirect_uri", request.postLogoutRedirectUri);
  if (request.logoutHint !== undefined) url.searchParams.set("logout_hint", request.logoutHint);
  return url.href;
}
