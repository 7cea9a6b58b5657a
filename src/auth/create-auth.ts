import { createAcquireTokenSilent } from "./acquire-token-silent.js";
import type { AcquireTokenSilent, AuthContext } from "./acquire-token-silent.js";
import { type AuthorityMetadata, type AuthoritySettings, createAuthority } from "./authority.js";
import { type AuthorizationRequest, buildAuthorizationUrl } from "./authorization-request.js";
import { createClientAssertion } from "./client-assertion.js";
import { createIdTokenVerifier } from "./id-token.js";
import type { ClientSettings } from "./msal-client.js";
import { type CodeRedemption, redeemCode, type RedeemedCode } from "./redeem-code.js";
import { buildSignOutUrl, type SignOutRequest } from "./sign-out-url.js";

/** All that the web app asks of MSAL and the authority. */
export interface Auth {
  /** The authority's metadata: see {@link createAuthority} for its errors, which all of these share. */
  readonly metadata: () => Promise<AuthorityMetadata>;
  readonly authorizationUrl: (request: AuthorizationRequest) => Promise<string>;
  readonly redeemCode: (redemption: CodeRedemption) => Promise<RedeemedCode>;
  readonly acquireTokenSilent: AcquireTokenSilent;
  readonly signOutUrl: (request: SignOutRequest) => Promise<string>;
}

/** What {@link createAuth} needs. */
export interface AuthOptions extends Omit<AuthContext, "authority" | "client"> {
  readonly settings: AuthoritySettings;
  readonly client: Omit<ClientSettings, "assertion">;
}

/** Puts the functions of this folder together over one authority, one client and one store. */
export function createAuth({ settings, ...rest }: AuthOptions): Auth {
  const assertion = createClientAssertion(rest.client.credential, rest.now);
  const client = { ...rest.client, assertion };
  const context: AuthContext = { ...rest, client, authority: createAuthority(settings, rest) };
  const { authority, fetch, wait, now } = context;
  const verifyIdToken = createIdTokenVerifier(fetch, now);

  return {
    metadata: authority.metadata,
    authorizationUrl: async (request) => {
      const metadata = await authority.metadata();
      return buildAuthorizationUrl(request, { client, metadata, fetch, wait });
    },
    redeemCode: (redemption) => redeemCode(redemption, { ...context, verifyIdToken }),
    acquireTokenSilent: createAcquireTokenSilent(context),
    signOutUrl: async (request) => buildSignOutUrl(await authority.metadata(), request),
  };
}
