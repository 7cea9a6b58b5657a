import type { JWK } from "jose";
import type { Logger } from "../log.js";
import { listen } from "../server/http-server.js";
import { readSandboxConfig } from "./config.js";
import { createSandboxApp, type SeenRequest } from "./create-sandbox-app.js";
import { PASSWORD, PEOPLE, type Person } from "./directory/people.js";
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
import { createSigningKey } from "./token/signing-key.js";

/** Options of {@link startSandbox}. */
export interface SandboxOptions {
  /** 0 selects a free one. */
  readonly port: number;
  /** The public origin; `http://127.0.0.1:<port>` unless given. */
  readonly publicUrl?: string;
  readonly redirectUris: readonly string[];
  readonly postLogoutRedirectUris: readonly string[];
  /** Where the APIs receive security event tokens. */
  readonly eventReceivers?: readonly string[];
  /** Public keys that may sign the client's assertions (`private_key_jwt`). */
  readonly clientPublicKeys?: readonly JWK[];
  readonly log: Logger;
  /** Milliseconds since the epoch. */
  readonly now?: () => number;
  /** Is called with every request. */
  readonly observe?: (seen: SeenRequest) => void;
  /** The web app, for a link back. */
  readonly webAppUrl?: string;
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
  /** Stops listening and ends every connection. */
  readonly close: () => Promise<void>;
}

/**
 * Starts an imitation of Microsoft Entra ID and Graph, on 127.0.0.1 only. It lets anybody sign in as
 * anybody: it is for development and tests. It keeps everything in memory.
 *
 * @throws {@link ConfigError} when `nodeEnv` is `production` or the public origin is not valid.
 */
export async function startSandbox(options: SandboxOptions): Promise<RunningSandbox> {
  const { log, observe, webAppUrl, eventReceivers = [], clientPublicKeys = [] } = options;
  const { redirectUris, postLogoutRedirectUris, now = Date.now } = options;
  const { publicUrl } = readSandboxConfig({
    NODE_ENV: options.nodeEnv,
    SANDBOX_URL: options.publicUrl,
  });
  const key = await createSigningKey();
  const listening = await listen({ port: options.port, host: "127.0.0.1", drainMs: 0 });
  const { server, port, close } = listening;
  const localUrl = `http://127.0.0.1:${port}`;
  const url = publicUrl ?? localUrl;
  const state = createSandboxState({
    url,
    registration: { redirectUris, postLogoutRedirectUris },
    clientPublicKeys,
    key,
    receivers: [
      { url: `${localUrl}${GRAPH_EVENTS_PATH}`, audience: GRAPH_AUDIENCE },
      ...eventReceivers.map((receiver) => ({ url: receiver, audience: PAYROLL_AUDIENCE })),
    ],
    now,
  });
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
    people: PEOPLE.map((person) => ({ ...person, password: PASSWORD })),
    close,
  };
}
