import type { Request } from "express";
import { AuthorityError } from "../aadsts.js";
import { readClaims } from "../claims-parameter.js";
import type { PersonState } from "../directory/people.js";
import { formOf, type Parameters, readOnce, requireParameter } from "../request-parameters.js";
import type { SandboxState } from "../sandbox-state.js";
import { ofFirstResource, readScopes, type RequestedScopes } from "../scopes.js";
import { type AuthenticatedClient, authenticateClient } from "./client-authentication.js";
import { issueAppToken } from "./client-credentials.js";
import type { RefreshTokenRecord } from "./grants.js";
import { issueTokens } from "./issue-tokens.js";
import { redeemCode } from "./redeem-code.js";
import { requireAccess, requireUsableAccount } from "./require-access.js";

/** What a code or a refresh token can be exchanged for. */
interface Entitlement extends RefreshTokenRecord {
  /** Granted at the sign-in; a refresh evaluates them again. */
  readonly contexts: readonly string[];
  readonly capabilities: readonly string[];
  readonly nonce: string | undefined;
  readonly isRenewal: boolean;
}

/**
 * Handles a token request and returns the body of the response. Makes the checks in the order of
 * RFC 6749, section 4.1.3, and evaluates Conditional Access last, as Entra does.
 *
 * @throws {@link AuthorityError} when a check fails.
 */
export async function handleTokenRequest(state: SandboxState, request: Request) {
  requireNoScript(request);
  const parameters = readOnce(formOf(request));
  const client = await authenticateClient(state, request, parameters);
  if (parameters.get("grant_type") === "client_credentials") {
    return issueAppToken(state, parameters, client);
  }
  const claims = readClaims(parameters.get("claims"));
  const requestedScopes = readRequestedScopes(parameters);
  const entitlement = readEntitlement({ state, parameters, client });
  const { grant, scopes, nonce, isRenewal } = entitlement;
  const person = requireUsableAccount(state, grant);
  const subject = { state, grant, person: isRenewal ? orAnother(state, person) : person };
  return issueTokens(subject, {
    scopes: requestedScopes ?? ofFirstResource(scopes),
    refreshScopes: scopes,
    nonce,
    isRenewal,
    contexts: requireAccess(subject, {
      granted: entitlement.contexts,
      requested: claims.contexts.map(({ id }) => id),
      isRenewal,
    }),
    capabilities: [...new Set([...claims.capabilities, ...entitlement.capabilities])],
    clientAuthentication: client.method,
    wantsClientInfo: parameters.get("client_info") === "1",
  });
}

/** Returns the person, or somebody else when the sandbox misbehaves. */
function orAnother({ misbehaviour, directory }: SandboxState, person: PersonState): PersonState {
  if (misbehaviour !== "refresh-other-person") return person;
  return [...directory.values()].find(({ key }) => key !== person.key) ?? person;
}

/**
 * Refuses a request of a script in a browser, which has an `Origin`: Entra accepts these, with CORS,
 * from single-page apps, and the sandbox has none.
 *
 * @throws {@link AuthorityError} 9002326.
 */
function requireNoScript(request: Request): void {
  if (request.get("origin") !== undefined) throw new AuthorityError(9002326);
}

/**
 * Reads the requested scopes, if any.
 *
 * @throws {@link AuthorityError} 70011, or 28000 when the scopes are of more than one API.
 */
function readRequestedScopes(parameters: Parameters): RequestedScopes | undefined {
  const scope = parameters.get("scope");
  if (scope === undefined || scope === "") return undefined;
  const requested = readScopes(scope);
  if (requested.resources.length > 1) throw new AuthorityError(28000);
  return requested;
}

/** A request whose client is known. */
interface TokenRequest {
  readonly state: SandboxState;
  readonly parameters: Parameters;
  readonly client: AuthenticatedClient;
}

function readEntitlement(tokenRequest: TokenRequest): Entitlement {
  const { state, parameters, client } = tokenRequest;
  switch (requireParameter(parameters, "grant_type")) {
    case "authorization_code": {
      const { grant, request, contexts } = redeemCode(state, parameters, client);
      return { ...request, grant, contexts, isRenewal: false };
    }
    case "refresh_token": {
      const record = requireRefreshToken(tokenRequest);
      return { ...record, contexts: [], capabilities: [], nonce: undefined, isRenewal: true };
    }
    default:
      throw new AuthorityError(70003);
  }
}

/**
 * Returns the record of a refresh token. It stays usable, as in Entra, so that a client that sends
 * two requests at once, or loses a response, keeps its session.
 *
 * @throws {@link AuthorityError} 70000 when it is unknown, too old or another client's, 50173 when it
 * was revoked.
 */
function requireRefreshToken({ state, parameters, client }: TokenRequest): RefreshTokenRecord {
  const record = state.refreshTokens.get(requireParameter(parameters, "refresh_token"));
  if (record?.grant.clientId !== client.clientId) throw new AuthorityError(70000);
  if (record.grant.revoked) throw new AuthorityError(50173);
  return record;
}
