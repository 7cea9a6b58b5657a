import { randomBytes } from "node:crypto";
import { GRAPH } from "../registration.js";
import type { RequestedScopes, ResourceScopes } from "../scopes.js";
import { clientInfoOf, signAccessToken, signIdToken, TOKEN_LIFETIME_SECONDS } from "./tokens.js";
import type { AccessTokenContent, TokenSubject } from "./tokens.js";

interface TokenOrder extends Omit<AccessTokenContent, "resource" | "names"> {
  /** Of one API at most. */
  readonly scopes: RequestedScopes;
  /** The scopes that the refresh token can renew. */
  readonly refreshScopes: RequestedScopes;
  readonly nonce: string | undefined;
  readonly isRenewal: boolean;
  readonly wantsClientInfo: boolean;
}

/** Issues the tokens of a response; returns the response's body. */
export async function issueTokens(subject: TokenSubject, order: TokenOrder) {
  const { scopes, nonce, isRenewal } = order;
  const { misbehaviour } = subject.state;
  const isIdTokenMissing = isRenewal && misbehaviour === "refresh-id-token-missing";
  const email = scopes.openid.includes("email");
  return {
    token_type: "Bearer",
    scope: scopes.asWritten.join(" "),
    expires_in: TOKEN_LIFETIME_SECONDS,
    ext_expires_in: TOKEN_LIFETIME_SECONDS,
    access_token: await signAccessToken(subject, { ...order, ...contentOf(scopes) }),
    // JSON leaves out what is undefined.
    refresh_token: scopes.openid.includes("offline_access")
      ? issueRefreshToken(subject, order)
      : undefined,
    id_token:
      scopes.openid.includes("openid") && !isIdTokenMissing
        ? await signIdToken(subject, { nonce, email, isRenewal })
        : undefined,
    client_info: order.wantsClientInfo ? clientInfoOf(subject.person) : undefined,
  };
}

/**
 * Returns the API and the scopes of the access token. As in Entra, a token without any API's scope is
 * for Graph, and Graph's tokens have the scopes of OpenID Connect, which its UserInfo endpoint reads.
 */
function contentOf({ openid, resources }: RequestedScopes): ResourceScopes {
  const { resource, names } = resources[0] ?? { resource: GRAPH, names: [] };
  if (resource !== GRAPH) return { resource, names };
  return { resource, names: [...openid.filter((each) => each !== "offline_access"), ...names] };
}

function issueRefreshToken({ state, grant }: TokenSubject, { refreshScopes }: TokenOrder): string {
  const token = randomBytes(48).toString("base64url");
  state.refreshTokens.set(token, { grant, scopes: refreshScopes });
  return token;
}
