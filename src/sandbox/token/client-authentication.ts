import { createHash, timingSafeEqual } from "node:crypto";
import type { Request } from "express";
import { decodeJwt, errors, jwtVerify } from "jose";
import { AuthorityError } from "../aadsts.js";
import type { Client, Clients } from "../directory/clients.js";
import { TENANT_ID } from "../registration.js";
import type { Parameters } from "../request-parameters.js";
import type { SandboxState } from "../sandbox-state.js";
import type { AccessTokenContent } from "./tokens.js";

const ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
const ASSERTION_SKEW_SECONDS = 300;

/** The client that sent a token request. */
export interface AuthenticatedClient {
  readonly clientId: string;
  readonly method: AccessTokenContent["clientAuthentication"];
}

/**
 * Authenticates the client by exactly one of: its secret, in the form or as HTTP Basic, or an
 * assertion signed by one of its registered keys.
 *
 * @throws {@link AuthorityError} 700016, 7000215, 7000218 or 700027.
 * @see {@link https://www.rfc-editor.org/rfc/rfc6749#section-2.3 | RFC 6749, section 2.3}
 * @see {@link https://www.rfc-editor.org/rfc/rfc7523#section-2.2 | RFC 7523, section 2.2}
 */
export async function authenticateClient(
  state: SandboxState,
  request: Request,
  parameters: Parameters,
): Promise<AuthenticatedClient> {
  const { clientIds, secret, assertion } = readCredentials(request, parameters);
  const client = requireKnownClient(clientIds, state.clients);
  const { clientId } = client;
  if (assertion !== undefined && secret === undefined) {
    await requireAssertion({ state, client, parameters }, assertion);
    return { clientId, method: "2" };
  }
  if (secret === undefined || assertion !== undefined) throw new AuthorityError(7000218);
  if (!timingSafeEqual(digestOf(secret), digestOf(client.clientSecret))) {
    throw new AuthorityError(7000215);
  }
  return { clientId, method: "1" };
}

/** Finds the client that all parts of a request name. */
function requireKnownClient(clientIds: readonly string[], clients: Clients): Client {
  const [clientId, ...others] = clientIds;
  if (clientId === undefined) throw new AuthorityError(7000218);
  const client = clients.get(clientId);
  if (client === undefined || others.some((id) => id !== clientId)) {
    throw new AuthorityError(700016);
  }
  return client;
}

function readCredentials(request: Request, parameters: Parameters) {
  const basic = readBasic(request.get("authorization"));
  const posted = parameters.get("client_secret");
  const assertion = parameters.get("client_assertion");
  if (basic !== undefined && posted !== undefined) throw new AuthorityError(7000218);
  return {
    clientIds: [basic?.clientId, parameters.get("client_id") ?? subjectOf(assertion)].filter(
      (id) => id !== undefined,
    ),
    secret: basic?.secret ?? posted,
    assertion,
  };
}

/** Returns the `sub` of an assertion that is not verified yet: it stands for the client id. */
function subjectOf(assertion: string | undefined): string | undefined {
  try {
    return assertion === undefined ? undefined : decodeJwt(assertion).sub;
  } catch {
    return undefined;
  }
}

function readBasic(header = ""): { clientId: string; secret: string } | undefined {
  const encoded = /^basic +([A-Za-z0-9+/]+=*)$/i.exec(header)?.[1];
  if (encoded === undefined) return undefined;
  const [clientId = "", ...rest] = Buffer.from(encoded, "base64").toString().split(":");
  return { clientId: formDecode(clientId), secret: formDecode(rest.join(":")) };
}

/** Decodes id or secret: both are form-encoded before they are joined (RFC 6749, section 2.3.1). */
function formDecode(text: string): string {
  return new URLSearchParams(`value=${text.replaceAll("&", "%26")}`).get("value") ?? "";
}

/** Digests have equal lengths, which `timingSafeEqual` requires. */
function digestOf(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}

interface AssertionContext {
  readonly state: SandboxState;
  readonly client: Client;
  readonly parameters: Parameters;
}

async function requireAssertion(
  { state, client, parameters }: AssertionContext,
  assertion: string,
): Promise<void> {
  if (parameters.get("client_assertion_type") !== ASSERTION_TYPE) throw new AuthorityError(700027);
  for (const jwk of client.publicKeys) {
    try {
      await jwtVerify(assertion, jwk, {
        algorithms: ["RS256", "PS256"],
        issuer: client.clientId,
        subject: client.clientId,
        audience: [`${state.url}/${TENANT_ID}/oauth2/v2.0/token`, state.issuer],
        requiredClaims: ["exp"],
        clockTolerance: ASSERTION_SKEW_SECONDS,
        currentDate: new Date(state.now()),
      });
      return;
    } catch (error) {
      if (!(error instanceof errors.JOSEError)) throw error;
    }
  }
  throw new AuthorityError(700027);
}
