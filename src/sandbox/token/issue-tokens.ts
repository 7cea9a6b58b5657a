import { randomBytes } from "node:crypto";
import { GRAPH_AUDIENCE, RESOURCES } from "../registration.js";
import type { RequestedScopes, ResourceScopes } from "../scopes.js";
import { clientInfoOf, signAccessToken, signIdToken, TOKEN_LIFETIME_SECONDS } from "../tokens.js";
import type { AccessTokenContent, TokenSubject } from "../tokens.js";

/** What is to be issued. */
export interface TokenOrder extends Pick<
  AccessTokenContent,
  "contexts" | "capabilities" | "clientAuthentication"
> {
  /** Of one API at most. */
  readonly scopes: RequestedScopes;
  /** What the refresh token stands for. */
  readonly refreshScopes: RequestedScopes;
  readonly nonce: string | undefined;
  readonly wantsClientInfo: boolean;
}

/** A successful answer of the token endpoint. */
export interface TokenResponse {
  readonly token_type: "Bearer";
  readonly scope: string;
  readonly expires_in: number;
  readonly ext_expires_in: number;
  readonly access_token: string;
  readonly refresh_token?: string;
  readonly id_token?: string;
  readonly client_info?: string;
}

/** Issues the tokens of one answer; a new refresh token each time. */
export async function issueTokens(
  subject: TokenSubject,
  order: TokenOrder,
): Promise<TokenResponse> {
  const { scopes } = order;
  const accessToken = await signAccessToken(subject, { ...order, ...targetOf(scopes) });
  return {
    token_type: "Bearer",
    scope: scopes.asWritten.join(" "),
    expires_in: TOKEN_LIFETIME_SECONDS,
    ext_expires_in: TOKEN_LIFETIME_SECONDS,
    access_token: accessToken,
    ...(scopes.offlineAccess && {
      refresh_token: issueRefreshToken(subject, order.refreshScopes),
    }),
    ...(scopes.openid && { id_token: await signIdToken(subject, order.nonce) }),
    ...(order.wantsClientInfo && { client_info: clientInfoOf(subject.person) }),
  };
}

/** Without any API's scope the access token is Graph's, as in Entra. */
function targetOf(scopes: RequestedScopes): ResourceScopes {
  const [target] = scopes.resources;
  if (target !== undefined) return target;
  const graph = RESOURCES.find(({ audience }) => audience === GRAPH_AUDIENCE);
  if (graph === undefined) throw new TypeError("Graph is not among the resources");
  return { resource: graph, names: scopes.asWritten };
}

function issueRefreshToken({ state, grant }: TokenSubject, scopes: RequestedScopes): string {
  const token = randomBytes(48).toString("base64url");
  state.refreshTokens.set(token, { grant, scopes });
  return token;
}
