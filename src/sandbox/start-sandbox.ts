import type { RequestHandler } from "express";
import type { JWK } from "jose";
import { ConfigError } from "../errors.js";
import type { Logger } from "../log.js";
import { listen } from "../server/http-server.js";
import { readSandboxConfig } from "./config.js";
import { createSandboxApp, type SeenRequest } from "./create-sandbox-app.js";
import type { Client, Clients } from "./directory/clients.js";
import { PASSWORD, PEOPLE, type Person } from "./directory/people.js";
import { injectFault } from "./faults.js";
import { GRAPH_EVENTS_PATH } from "./graph/graph-routes.js";
import {
  CLIENT_ID,
  CLIENT_SECRET,
  GRAPH_AUDIENCE,
  PAYROLL_AUDIENCE,
  PAYROLL_SCOPES,
  TENANT_ID,
} from "./registration.js";
import { createSandboxState } from "./sandbox-state.js";
import { createSigningKeys } from "./token/signing-keys.js";

type ClientRegistration = Pick<Client, "clientId" | "clientSecret" | "redirectUris"> &
  Partial<Client>;

/** Options of {@link startSandbox}. */
export interface SandboxOptions {
  /** 0 selects a free one. */
  readonly port: number;
  /** The public origin; `http://127.0.0.1:<port>` unless given. */
  readonly publicUrl?: string;
  /** The redirect URIs of the default client, whose id and secret {@link RunningSandbox} has. */
  readonly redirectUris: readonly string[];
  readonly postLogoutRedirectUris: readonly string[];
  /** Where the default client is told that somebody signed out. */
  readonly frontChannelLogoutUri?: string;
  /** Public keys that may sign the default client's assertions (`private_key_jwt`). */
  readonly clientPublicKeys?: readonly JWK[];
  /** Other clients, each with an id of its own. */
  readonly clients?: readonly ClientRegistration[];
  /** People who can sign in besides those that every sandbox has. */
  readonly otherPeople?: readonly Person[];
  /** Where the APIs receive security event tokens. */
  readonly eventReceivers?: readonly string[];
  readonly log: Logger;
  /** Milliseconds since the epoch. */
  readonly now?: () => number;
  /** Is called with every request. */
  readonly observe?: (seen: SeenRequest) => void;
  /** The web app, for a link back. */
  readonly webAppUrl?: string;
  /** Whether responses have `iss` (RFC 9207); Entra's have not. */
  readonly issuerInResponses?: boolean;
  /** That of this process unless given. */
  readonly nodeEnv?: string;
}

/** A sandbox that listens. */
export interface RunningSandbox {
  /** Its public origin, without a slash at the end. */
  readonly url: string;
  /** Its port on 127.0.0.1. */
  readonly port: number;
  readonly tenantId: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** The `aud` of the Payroll API's access tokens. */
  readonly payrollAudience: string;
  readonly payrollScopes: readonly string[];
  /** Everybody who can sign in. */
  readonly people: readonly (Person & { readonly password: string })[];
  /** Applies the fault that the control page sets for the Payroll API, in front of that API. */
  readonly payrollFault: RequestHandler;
  /** Stops listening and ends every connection. */
  readonly close: () => Promise<void>;
}

/**
 * Starts a simulation of Microsoft Entra ID and Graph, on 127.0.0.1 only. It lets anybody sign in as
 * anybody: it is for development and tests. It keeps everything in memory.
 *
 * @throws {@link ConfigError} when `nodeEnv` is `production`, the public origin is not valid, or two
 * clients have one id.
 */
export async function startSandbox(options: SandboxOptions): Promise<RunningSandbox> {
  const { log, observe, webAppUrl, eventReceivers = [], now = Date.now } = options;
  const { issuerInResponses = false } = options;
  const { publicUrl } = readSandboxConfig({
    // The last guard, for a caller that read no settings.
    // eslint-disable-next-line no-restricted-properties -- nobody can forget to pass it on
    NODE_ENV: options.nodeEnv ?? process.env.NODE_ENV,
    SANDBOX_URL: options.publicUrl,
  });
  const clients = registerClients(options);
  const keys = await createSigningKeys(now);
  const listening = await listen({ port: options.port, host: "127.0.0.1", drainMs: 0 });
  const { server, port, close } = listening;
  const localUrl = `http://127.0.0.1:${port}`;
  const url = publicUrl ?? localUrl;
  const receivers = [
    { url: `${localUrl}${GRAPH_EVENTS_PATH}`, audience: GRAPH_AUDIENCE },
    ...eventReceivers.map((receiver) => ({ url: receiver, audience: PAYROLL_AUDIENCE })),
  ];
  const state = createSandboxState(
    { url, clients, keys, issuerInResponses, receivers, now },
    options.otherPeople,
  );
  const ownOrigins = [url, localUrl];
  server.on("request", createSandboxApp({ state, log, observe, ownOrigins, webAppUrl }));
  return {
    url,
    port,
    tenantId: TENANT_ID,
    clientId: CLIENT_ID,
    clientSecret: CLIENT_SECRET,
    payrollAudience: PAYROLL_AUDIENCE,
    payrollScopes: PAYROLL_SCOPES,
    payrollFault: injectFault(state.faults, "payroll"),
    people: PEOPLE.map((person) => ({ ...person, password: PASSWORD })),
    close,
  };
}

function registerClients(options: SandboxOptions): Clients {
  const { redirectUris, postLogoutRedirectUris, clientPublicKeys = [], clients = [] } = options;
  const registered = [
    {
      clientId: CLIENT_ID,
      clientSecret: CLIENT_SECRET,
      redirectUris,
      postLogoutRedirectUris,
      frontChannelLogoutUri: options.frontChannelLogoutUri,
      publicKeys: clientPublicKeys,
    },
    ...clients.map((client) => ({ postLogoutRedirectUris: [], publicKeys: [], ...client })),
  ];
  const byId = new Map(registered.map((client) => [client.clientId, client]));
  if (byId.size < registered.length) throw new ConfigError(["two clients have the same id"]);
  return byId;
}
