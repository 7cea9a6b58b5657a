import type { AuthorityMetadata } from "./authority.js";

/** What the authority is told at sign-out. */
export interface SignOutRequest {
  readonly postLogoutRedirectUri: string;
  /** The `login_hint` claim of the ID token; with it nobody is asked which account to sign out. */
  readonly logoutHint?: string | undefined;
}

/**
 * Gives the URL that ends the authority's session; MSAL has no function for it.
 *
 * @see {@link https://openid.net/specs/openid-connect-rpinitiated-1_0.html | RP-Initiated Logout}
 */
export function buildSignOutUrl(metadata: AuthorityMetadata, request: SignOutRequest): string {
  const url = new URL(metadata.end_session_endpoint);
  url.searchParams.set("post_logout_redirect_uri", request.postLogoutRedirectUri);
  if (request.logoutHint !== undefined) url.searchParams.set("logout_hint", request.logoutHint);
  return url.href;
}
