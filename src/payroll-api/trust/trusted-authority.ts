import { createRemoteJWKSet, customFetch, errors, type JWTVerifyGetKey } from "jose";
import { z } from "zod";
import { UpstreamError } from "../../errors.js";
import { isSameCloud, settingHint } from "./entra-clouds.js";
import { createDocumentFetch, type DocumentFetch } from "./fetch-document.js";

interface TrustedAuthorityOptions {
  /** Origin of an Entra cloud or custom domain. */
  readonly cloudInstance: string;
  /** Tenant id or domain. */
  readonly tenantId: string;
  /** The API's application id (a GUID), when it is known. */
  readonly appId?: string | undefined;
  readonly fetch: typeof globalThis.fetch;
  /** The clock, in milliseconds. */
  readonly now: () => number;
  /** Milliseconds between two requests for a `kid` that the known keys lack. */
  readonly keyCooldownMs: number;
}

/** The issuer of the authority's tokens. */
export interface TokenIssuer {
  /** The value of `iss`. */
  readonly identifier: string;
  /** The tenant's GUID, also when the settings have a domain. */
  readonly tenantId: string;
  /** Finds the key for a `kid`; throws {@link UpstreamError} when the keys are unavailable. */
  readonly findKey: JWTVerifyGetKey;
}

/** The one authority whose tokens the API accepts. */
export interface TrustedAuthority {
  /** The authorization endpoint, for `WWW-Authenticate`; known without a request. */
  readonly authorizationUri: string;
  /**
   * Returns the issuer, from the metadata that the first call fetches.
   *
   * @throws {@link UpstreamError} when the authority is unavailable or not the configured one.
   */
  readonly issuer: () => Promise<TokenIssuer>;
}

/** Entra publishes a new key days before it signs with it, and asks APIs to look once a day. */
const KEYS_MAX_AGE_MS = 24 * 60 * 60 * 1000;

const GUID = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}";

const metadataSchema = z.object({ issuer: z.url(), jwks_uri: z.url() });
const keySetSchema = z.object({ keys: z.array(z.record(z.string(), z.unknown())) });

/** Creates the authority; it sends no request before the issuer is needed. */
export function createTrustedAuthority(options: TrustedAuthorityOptions): TrustedAuthority {
  const { origin } = new URL(options.cloudInstance);
  const tenantUrl = `${origin}/${options.tenantId}`;
  // With `appid` the metadata leads to the keys of an API that has its own (a claims mapping policy).
  const query = options.appId === undefined ? "" : `?appid=${options.appId}`;
  const metadataUrl = `${tenantUrl}/v2.0/.well-known/openid-configuration${query}`;
  const fetchDocument = createDocumentFetch(options);
  let discovered: Promise<TokenIssuer> | undefined;

  function readMetadata(document: unknown): TokenIssuer {
    const parsed = metadataSchema.safeParse(document);
    if (!parsed.success) throw unfit("its metadata lacks the issuer or the keys");
    const { issuer: identifier, jwks_uri: jwksUri } = parsed.data;
    const { origin: keysOrigin } = new URL(jwksUri);
    if (!isSameCloud(origin, keysOrigin)) {
      throw unfit(`its keys are on another host${settingHint(keysOrigin)}`);
    }
    const tenantId = requireConfiguredTenant(identifier, origin, options.tenantId);
    return { identifier, tenantId, findKey: createKeyFinder(jwksUri, fetchDocument, options) };
  }

  return {
    authorizationUri: `${tenantUrl}/oauth2/v2.0/authorize`,
    issuer: () => {
      discovered ??= fetchDocument(metadataUrl, readMetadata).catch((error: unknown) => {
        discovered = undefined;
        throw error;
      });
      return discovered;
    },
  };
}

/** Returns the API's application id: the first audience that is a GUID, else that of `api://<GUID>`. */
export function appIdOf(audience: readonly string[]): string | undefined {
  const patterns = [new RegExp(`^(${GUID})$`, "i"), new RegExp(`^api://(${GUID})(?:/|$)`, "i")];
  const ids = patterns.flatMap((pattern) => audience.map((each) => pattern.exec(each)?.[1]));
  return ids.find((id) => id !== undefined)?.toLowerCase();
}

/**
 * Returns the tenant's GUID from the issuer `<origin>/<GUID>/v2.0`. The origin is one of the
 * configured cloud. The issuer of an external tenant may be on `<GUID>.ciamlogin.com` instead, also
 * when the tenant has a domain of its own.
 */
function requireConfiguredTenant(issuer: string, origin: string, configured: string): string {
  const { origin: named, pathname } = new URL(issuer);
  const tenantId = new RegExp(`^/(${GUID})/v2\\.0$`).exec(pathname)?.[1];
  if (tenantId === undefined || issuer !== named + pathname) {
    throw unfit("its issuer names no tenant");
  }
  const isExternal = named === `https://${tenantId}.ciamlogin.com`;
  if (!isExternal && !isSameCloud(origin, named)) {
    throw unfit(`its issuer is on another host${settingHint(named)}`);
  }
  const isGuid = new RegExp(`^${GUID}$`, "i").test(configured);
  if (isGuid && configured.toLowerCase() !== tenantId)
    throw unfit("its issuer is another tenant; look at TENANT_ID");
  return tenantId;
}

function createKeyFinder(
  jwksUri: string,
  fetchDocument: DocumentFetch,
  { now, keyCooldownMs }: TrustedAuthorityOptions,
): JWTVerifyGetKey {
  const keys = createRemoteJWKSet(new URL(jwksUri), {
    cacheMaxAge: Infinity,
    cooldownDuration: keyCooldownMs,
    [customFetch]: async (url) => Response.json(await fetchDocument(url, readKeySet)),
  });
  let refreshedAt = now();

  /** Refreshes in the background, so that the known keys serve on while the authority is down. */
  function refresh(): void {
    const startedAt = now();
    keys.reload().then(
      () => {
        refreshedAt = startedAt;
      },
      () => undefined,
    );
  }

  return async (header, token) => {
    if (now() - refreshedAt > KEYS_MAX_AGE_MS) refresh();
    try {
      return await keys(header, token);
    } catch (error) {
      if (error instanceof UpstreamError) throw error;
      if (error instanceof errors.JWKSNoMatchingKey) throw error;
      if (error instanceof errors.JWKSMultipleMatchingKeys) throw error;
      throw unfit("its keys cannot be used", { cause: error });
    }
  };
}

function readKeySet(document: unknown): unknown {
  const parsed = keySetSchema.safeParse(document);
  if (!parsed.success) throw unfit("what it publishes as keys is no key set");
  return parsed.data;
}

function unfit(reason: string, options?: ErrorOptions): UpstreamError {
  const message = `The authority is not the configured one: ${reason}.`;
  return new UpstreamError("ERR_AUTHORITY_UNFIT", message, options);
}
