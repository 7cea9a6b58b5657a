import type { OutboundFetch } from "../../outbound-fetch.js";
import { type AuthorityMetadata, fetchMetadata } from "./metadata.js";
import type { AuthoritySettings } from "./microsoft-clouds.js";

export type { AuthorityMetadata } from "./metadata.js";
export type { AuthoritySettings } from "./microsoft-clouds.js";

/** How long metadata is used before it is fetched anew in the background, in milliseconds. */
const FRESH_MS = 24 * 60 * 60 * 1000;

/** An authority whose metadata is fetched once and kept. */
export interface Authority {
  /**
   * Returns the metadata, at once when it is known.
   *
   * @throws UpstreamError `ERR_AUTHORITY_UNAVAILABLE` when the authority does not respond,
   *   `ERR_AUTHORITY_UNTRUSTED` when its certificate does not verify, and `ERR_AUTHORITY_UNFIT` when it
   *   refuses the request or the metadata is not this tenant's.
   */
  readonly metadata: () => Promise<AuthorityMetadata>;
}

/** Options of {@link createAuthority}. */
export interface AuthorityDependencies {
  /** The app's id: an app with signing keys of its own has metadata of its own. */
  readonly clientId: string;
  readonly fetch: OutboundFetch;
  /** The clock, in milliseconds. */
  readonly now: () => number;
}

/** Creates the authority; its metadata is fetched at the first use. */
export function createAuthority(
  settings: AuthoritySettings,
  { clientId, fetch, now }: AuthorityDependencies,
): Authority {
  let known: { metadata: AuthorityMetadata; fetchedAt: number } | undefined;
  let underWay: Promise<AuthorityMetadata> | undefined;

  async function refresh(): Promise<AuthorityMetadata> {
    underWay ??= fetchMetadata({ ...settings, clientId }, fetch).finally(() => {
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
