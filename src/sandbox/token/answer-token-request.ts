import type { Request } from "express";
import { AuthorityError } from "../aadsts.js";
import type { SandboxState } from "../sandbox-state.js";
import { readClaims } from "../claims-parameter.js";
import type { Grant } from "../grants.js";
import { formOf, type Parameters, readOnce, requireParameter } from "../request-parameters.js";
import { ofFirstResource, readScopes, type RequestedScopes } from "../scopes.js";
import { authenticateClient } from "./client-authentication.js";
import { issueTokens, type TokenResponse } from "./issue-tokens.js";
import { redeemCode } from "./redeem-code.js";
import { requireAccess, requireUsableAccount } from "./require-access.js";
import { useRefreshToken } from "./use-refresh-token.js";

/** What a code or a refresh token stands for. */
interface Entitlement {
  readonly grant: Grant;
  /** The scopes of the authorization request. */
  readonly scopes: RequestedScopes;
  /** Contexts granted on the way to the code; a refresh has them evaluated anew. */
  readonly contexts: readonly string[];
  readonly capabilities: readonly string[];
  readonly nonce: string | undefined;
}

/**
 * Answers a token request: the list of its checks, in the order of RFC 6749, section 4.1.3, with
 * Conditional Access last, as in Entra.
 *
 * @throws {@link AuthorityError} when a check fails.
 */
export async function answerTokenRequest(
  state: SandboxState,
  request: Request,
): Promise<TokenResponse> {
  const parameters = readOnce(formOf(request));
  const clientAuthentication = await authenticateClient(state, request, parameters);
  const claims = readClaims(parameters.get("claims"));
  const asked = readAskedScopes(parameters);
  const entitlement = readEntitlement(state, parameters);
  const { grant } = entitlement;
  const person = requireUsableAccount(state, grant);
  const contexts = requireAccess(state, grant, {
    granted: entitlement.contexts,
    demanded: claims.contexts,
  });
  return issueTokens(
    { state, grant, person },
    {
      scopes: asked ?? ofFirstResource(entitlement.scopes),
      refreshScopes: entitlement.scopes,
      nonce: entitlement.nonce,
      contexts,
      capabilities: [...new Set([...claims.capabilities, ...entitlement.capabilities])],
      clientAuthentication,
      wantsClientInfo: parameters.get("client_info") === "1",
    },
  );
}

/**
 * @throws {@link AuthorityError} 70011, or 28000 when the scopes are of more than one API.
 */
function readAskedScopes(parameters: Parameters): RequestedScopes | undefined {
  const scope = parameters.get("scope");
  if (scope === undefined || scope === "") return undefined;
  const asked = readScopes(scope);
  if (asked.resources.length > 1) throw new AuthorityError(28000);
  return asked;
}

function readEntitlement(state: SandboxState, parameters: Parameters): Entitlement {
  switch (requireParameter(parameters, "grant_type")) {
    case "authorization_code": {
      const { grant, request, contexts } = redeemCode(state, parameters);
      return { ...request, grant, contexts };
    }
    case "refresh_token": {
      const { grant, scopes } = useRefreshToken(state, parameters);
      return { grant, scopes, contexts: [], capabilities: [], nonce: undefined };
    }
    default:
      throw new AuthorityError(70003);
  }
}
