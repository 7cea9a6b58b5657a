import { z } from "zod";
import { readMembers, readOAuthError } from "../../challenge/oauth-error.js";
import { UpstreamError, type UpstreamDetails } from "../../errors.js";
import type { OutboundFetch } from "../../outbound-fetch.js";
import { isCertificateError } from "../network-client.js";
import { type AuthoritySettings, authorityOrigins, cloudInstanceFor } from "./microsoft-clouds.js";

const FETCH_TIMEOUT_MS = 10_000;

/** The members of OpenID Connect Discovery 1.0 §3 that are used; MSAL gets all of them. */
const metadataSchema = z.looseObject({
  issuer: z.url(),
  authorization_endpoint: z.url(),
  token_endpoint: z.url(),
  jwks_uri: z.url(),
  end_session_endpoint: z.url(),
  /** RFC 9207 §3: every authorization response has `iss`. */
  authorization_response_iss_parameter_supported: z.boolean().optional(),
});

/** An authority's endpoints, in wire case. */
export type AuthorityMetadata = z.infer<typeof metadataSchema>;

/** The authority, and the app whose metadata is fetched. */
export interface MetadataRequest extends AuthoritySettings {
  readonly clientId: string;
}

/**
 * Fetches the metadata and verifies that it is the configured tenant's.
 *
 * @throws UpstreamError as `metadata` of the authority does.
 */
export async function fetchMetadata(
  request: MetadataRequest,
  fetch: OutboundFetch,
): Promise<AuthorityMetadata> {
  // On /trace: metadata
  const body = await fetchDocument(metadataUrl(request), fetch);
  const parsed = metadataSchema.safeParse(body);
  if (!parsed.success) throw unfit("its metadata lacks endpoints");
  requireOwnEndpoints(request, parsed.data);
  requireFittingIssuer(request, parsed.data);
  return parsed.data;
}

/**
 * Returns the address of the metadata. With `appid` its `jwks_uri` has the keys of an app that signs
 * with its own (a claims mapping policy), and the tenant's for any other app.
 *
 * @see {@link https://learn.microsoft.com/entra/identity-platform/access-tokens#validate-the-signature | Validate the signature}
 */
function metadataUrl({ cloudInstance, tenantId, clientId }: MetadataRequest): string {
  const url = `${cloudInstance}/${tenantId}/v2.0/.well-known/openid-configuration`;
  return `${url}?${new URLSearchParams({ appid: clientId }).toString()}`;
}

async function fetchDocument(address: string, fetch: OutboundFetch): Promise<unknown> {
  let status: number | undefined;
  let text: string;
  try {
    const response = await fetch(address, { signal: AbortSignal.timeout(FETCH_TIMEOUT_MS) });
    status = response.status;
    text = await response.text();
    if (response.ok) return JSON.parse(text) as unknown;
  } catch (cause) {
    throw unavailable(cause, { address, status, reason: reasonOf(cause) });
  }
  if (isRefusal(status)) throw refused(text, { address, status });
  throw unavailable(undefined, { address, status });
}

/** Returns whether a repeated request gets the same response: 408 and 429 pass by themselves. */
function isRefusal(status: number): boolean {
  return status >= 400 && status < 500 && status !== 408 && status !== 429;
}

/** Returns the error of a request that the authority refuses, without the text of its response. */
function refused(body: string, details: UpstreamDetails): UpstreamError {
  const { aadsts } = readOAuthError(readMembers(body)).support;
  const number = aadsts === undefined ? "" : ` (AADSTS${aadsts})`;
  const reason = `discovery responded with status ${details.status ?? 0}${number}`;
  return unfit(`${reason}; look at ${settingOf(aadsts)}`, { ...details, aadsts });
}

/** Returns the setting that a refusal is about; only Entra has AADSTS numbers. */
function settingOf(aadsts: number | undefined): string {
  if (aadsts === undefined) return "CLOUD_INSTANCE and TENANT_ID";
  return aadsts === 700_016 ? "CLIENT_ID" : "TENANT_ID";
}

function unavailable(cause: unknown, details: UpstreamDetails): UpstreamError {
  if (isCertificateError(cause)) {
    const message =
      "The certificate of Microsoft Entra ID is not valid, so nothing was sent to it.";
    return new UpstreamError("ERR_AUTHORITY_UNTRUSTED", message, { cause, details });
  }
  const message = "Microsoft Entra ID does not respond. Please try again in a moment.";
  return new UpstreamError("ERR_AUTHORITY_UNAVAILABLE", message, { cause, details });
}

/** Returns the system's name of a failed connection, or the name of the error. */
function reasonOf(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  // The code of a DOMException is a number, such as 23 for a time-out; its name says more.
  return codeOf(error) ?? codeOf(error.cause) ?? error.name;
}

function codeOf(error: unknown): string | undefined {
  const code: unknown = error instanceof Error && "code" in error ? error.code : undefined;
  return typeof code === "string" ? code : undefined;
}

/**
 * Verifies that all endpoints are on a host of the configured cloud. MSAL does not check supplied
 * metadata: a forged document could send the client secret and the browser to another host.
 */
function requireOwnEndpoints(settings: AuthoritySettings, metadata: AuthorityMetadata): void {
  const origins = authorityOrigins(settings);
  const { authorization_endpoint, token_endpoint, jwks_uri, end_session_endpoint } = metadata;
  for (const each of [authorization_endpoint, token_endpoint, jwks_uri, end_session_endpoint]) {
    const url = new URL(each);
    if (!origins.includes(url.origin)) throw unfit(`an endpoint is on another host${hintFor(url)}`);
  }
}

/**
 * Verifies that the issuer is `<host>/<tenant id>/v2.0`. Its tenant is a GUID even when the settings
 * give a domain. The host is one of the configured cloud; external tenants (`<name>.ciamlogin.com`)
 * name the tenant in the host as well.
 *
 * @see {@link https://openid.net/specs/openid-connect-discovery-1_0.html#ProviderConfigurationValidation | Discovery §4.3}
 */
function requireFittingIssuer(settings: AuthoritySettings, metadata: AuthorityMetadata): void {
  const issuer = new URL(metadata.issuer);
  const tenantId = issuer.pathname.match(/^\/([0-9a-f-]{36})\/v2\.0$/)?.[1];
  // Whole: the issuer of every token is compared with this text.
  const isBare = metadata.issuer === `${issuer.origin}${issuer.pathname}`;
  if (tenantId === undefined || !isBare) throw unfit("its issuer names no tenant");
  const configured = settings.tenantId.toLowerCase();
  if (/^[0-9a-f-]{36}$/.test(configured) && configured !== tenantId) {
    throw unfit("its issuer is another tenant; look at TENANT_ID");
  }
  const origins = [...authorityOrigins(settings), ...authorityOrigins({ ...settings, tenantId })];
  if (!origins.includes(issuer.origin)) throw unfit(`its issuer is another host${hintFor(issuer)}`);
}

/** Returns the end of a sentence that names the setting for a cloud of Microsoft. */
function hintFor(url: URL): string {
  const cloudInstance = cloudInstanceFor(url);
  return cloudInstance === undefined ? "" : `; CLOUD_INSTANCE=${cloudInstance} would fit`;
}

function unfit(reason: string, details?: UpstreamDetails): UpstreamError {
  const message = `The authority is not the configured one: ${reason}.`;
  return new UpstreamError("ERR_AUTHORITY_UNFIT", message, { details });
}
