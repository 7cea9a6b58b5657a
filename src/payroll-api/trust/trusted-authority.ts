import { createRemoteJWKSet, customFetch, errors, type JWTVerifyGetKey } from "jose";
import { z } from "zod";
import { UpstreamError } from "../../errors.js";
import { createDocumentFetch } from "./fetch-document.js";
import type { DocumentFetch, DocumentFetchDependencies } from "./fetch-document.js";

/** Whose tokens are believed. */
export interface AuthoritySettings {
  /** Origin of an Entra cloud or custom domain. */
  readonly cloudInstance: string;
  /** Tenant id or domain. */
  readonly tenantId: string;
}

/** What {@link createTrustedAuthority} needs. */
export interface AuthorityDependencies extends DocumentFetchDependencies {
  /** Milliseconds between two searches for a `kid` that the kept keys lack. */
  readonly keyCooldownMs: number;
}

/** What a signature and an issuer are checked against. */
export interface Trust {
  readonly issuer: string;
  /** The tenant's GUID, also when the settings give a domain. */
  readonly tenantId: string;
  /** Finds the key for a `kid`; throws {@link UpstreamError} when the keys cannot be had. */
  readonly findKey: JWTVerifyGetKey;
}

/** The authority whose tokens are believed. */
export interface TrustedAuthority {
  /** For `WWW-Authenticate`; known without asking the authority. */
  readonly authorizationUri: string;
  /**
   * Gives what to check against; discovered at the first call and kept.
   *
   * @throws {@link UpstreamError} when the authority does not answer or is not the configured one.
   */
  readonly trust: () => Promise<Trust>;
}

/** Entra publishes a new key days before it signs with it, and asks APIs to look once a day. */
const KEYS_MAX_AGE_MS = 24 * 60 * 60 * 1000;

const GUID = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}";

const metadataSchema = z.object({ issuer: z.url(), jwks_uri: z.url() });
const keySetSchema = z.object({ keys: z.array(z.record(z.string(), z.unknown())) });

/** Gives the authority; nothing is fetched before it is asked. */
export function createTrustedAuthority(
  settings: AuthoritySettings,
  dependencies: AuthorityDependencies,
): TrustedAuthority {
  const { origin } = new URL(settings.cloudInstance);
  const tenantUrl = `${origin}/${settings.tenantId}`;
  const fetchDocument = createDocumentFetch(dependencies);
  let discovered: Promise<Trust> | undefined;

  function readMetadata(document: unknown): Trust {
    const parsed = metadataSchema.safeParse(document);
    if (!parsed.success) throw unfit("its metadata lacks the issuer or the keys");
    const { issuer, jwks_uri: jwksUri } = parsed.data;
    if (new URL(jwksUri).origin !== origin) throw unfit("its keys are on another host");
    const tenantId = requireFittingIssuer(issuer, { origin, tenantId: settings.tenantId });
    const findKey = createKeyFinder(jwksUri, fetchDocument, dependencies);
    return { issuer, tenantId, findKey };
  }

  async function discover(): Promise<Trust> {
    return fetchDocument(`${tenantUrl}/v2.0/.well-known/openid-configuration`, readMetadata);
  }

  return {
    authorizationUri: `${tenantUrl}/oauth2/v2.0/authorize`,
    trust: () => {
      discovered ??= discover().catch((error: unknown) => {
        discovered = undefined;
        throw error;
      });
      return discovered;
    },
  };
}

/**
 * The issuer is `<origin>/<tenant GUID>/v2.0`. External tenants (`<name>.ciamlogin.com`, or a domain
 * of their own) are named by their GUID in the issuer's host as well.
 */
function requireFittingIssuer(
  issuer: string,
  expected: { readonly origin: string; readonly tenantId: string },
): string {
  const tenantId = new RegExp(`/(${GUID})/v2\\.0$`).exec(issuer)?.[1];
  if (tenantId === undefined) throw unfit("its issuer names no tenant");
  const origins = [expected.origin, `https://${tenantId}.ciamlogin.com`];
  if (!origins.some((origin) => issuer === `${origin}/${tenantId}/v2.0`)) {
    throw unfit("its issuer is on another host");
  }
  const configured = expected.tenantId.toLowerCase();
  if (new RegExp(`^${GUID}$`).test(configured) && configured !== tenantId) {
    throw unfit("its issuer is another tenant");
  }
  return tenantId;
}

function createKeyFinder(
  jwksUri: string,
  fetchDocument: DocumentFetch,
  { now, keyCooldownMs }: AuthorityDependencies,
): JWTVerifyGetKey {
  const keys = createRemoteJWKSet(new URL(jwksUri), {
    cacheMaxAge: Infinity,
    cooldownDuration: keyCooldownMs,
    [customFetch]: async (url) => Response.json(await fetchDocument(url, readKeySet)),
  });
  let refreshedAt = now();

  /** In the background: should the authority be down, the known keys serve on. */
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
