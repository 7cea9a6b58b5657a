import { randomBytes } from "node:crypto";
import { GRAPH } from "../registration.js";
import type { RequestedScopes } from "../scopes.js";
import { clientInfoOf, signAccessToken, signIdToken, TOKEN_LIFETIME_SECONDS } from "./tokens.js";
import type { AccessTokenContent, TokenSubject } from "./tokens.js";

interface TokenOrder extends Omit<AccessTokenContent, "resource" | "names"> {
  /** Of one API at most. */
  readonly scopes: RequestedScopes;
  /** The scopes that the refresh token can renew. */
  readonly refreshScopes: RequestedScopes;
  readonly nonce: string | undefined;
  readonly wantsClientInfo: boolean;
}

/** Issues the tokens of a response; returns the response's body. */
export async function issueTokens(subject: TokenSubject, order: TokenOrder) {
  const { scopes } = order;
  // Without any API's scope the access token is for Graph, as in Entra.
  const target = scopes.resources[0] ?? { resource: GRAPH, names: scopes.asWritten };
  return {
    token_type: "Bearer",
    scope: scopes.asWritten.join(" "),
    expires_in: TOKEN_LIFETIME_SECONDS,
    ext_expires_in: TOKEN_LIFETIME_SECONDS,
    access_token: await signAccessToken(subject, { ...order, ...target }),
    // JSON leaves out what is undefined.
    refresh_token: scopes.offlineAccess ? issueRefreshToken(subject, order) : undefined,
    id_token: scopes.openid ? await signIdToken(subject, order.nonce) : undefined,
    client_info: order.wantsClientInfo ? clientInfoOf(subject.person) : undefined,
  };
}

function issueRefreshToken({ state, grant }: TokenSubject, { refreshScopes }: TokenOrder): string {
  const token = randomBytes(48).toString("base64url");
  state.refreshTokens.set(token, { grant, scopes: refreshScopes });
  return token;
}
