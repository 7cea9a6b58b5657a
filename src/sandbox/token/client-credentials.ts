import { createHash } from "node:crypto";
import { AuthorityError } from "../aadsts.js";
import { type Parameters, requireParameter } from "../request-parameters.js";
import type { SandboxState } from "../sandbox-state.js";
import { readScopes } from "../scopes.js";
import type { AuthenticatedClient } from "./client-authentication.js";
import { signAppToken, TOKEN_LIFETIME_SECONDS } from "./tokens.js";

const DEFAULT_SCOPE = /^[^ ]+\/\.default$/;

/**
 * Issues the access token of an app without a person. The sandbox grants no app permissions, so it
 * has neither `scp` nor `roles`.
 *
 * @throws {@link AuthorityError} 1002012 when the scope is not `<resource>/.default`, 70011 when the
 * resource is unknown.
 * @see {@link https://www.rfc-editor.org/rfc/rfc6749#section-4.4 | RFC 6749, section 4.4}
 */
export async function issueAppToken(
  state: SandboxState,
  parameters: Parameters,
  { clientId, method }: AuthenticatedClient,
) {
  const scope = requireParameter(parameters, "scope");
  if (!DEFAULT_SCOPE.test(scope)) throw new AuthorityError(1002012);
  const [named] = readScopes(scope).resources;
  if (named === undefined) throw new AuthorityError(70011);
  return {
    token_type: "Bearer",
    expires_in: TOKEN_LIFETIME_SECONDS,
    ext_expires_in: TOKEN_LIFETIME_SECONDS,
    access_token: await signAppToken(state, {
      clientId,
      audience: named.resource.audience,
      objectId: servicePrincipalOf(clientId),
      clientAuthentication: method,
    }),
  };
}

/** Returns the object id of an app in the tenant, which differs from its client id. */
function servicePrincipalOf(clientId: string): string {
  const digest = createHash("sha256").update(clientId).digest("hex");
  return digest.replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12}).*$/, "$1-$2-4$3-8$4-$5");
}
