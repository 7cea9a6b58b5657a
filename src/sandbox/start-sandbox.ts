import type { JWK } from "jose";
import type { Logger } from "../log.js";
import { listen } from "../server/http-server.js";
import { createSandboxState } from "./sandbox-state.js";
import { readSandboxConfig } from "./config.js";
import { createSandboxApp, type SeenRequest } from "./create-sandbox-app.js";
import { GRAPH_EVENTS_PATH } from "./graph/graph-routes.js";
import { PASSWORD, type Person } from "./people.js";
import {
  CLIENT_ID,
  CLIENT_SECRET,
  GRAPH_AUDIENCE,
  PAYROLL_AUDIENCE,
  PAYROLL_SCOPES,
  TENANT_ID,
} from "./registration.js";
import { createSigningKey } from "./signing-key.js";

/** How a sandbox is started. */
export interface SandboxOptions {
  /** 0 takes a free one. */
  readonly port: number;
  /** The public origin; `http://127.0.0.1:<port>` unless given. */
  readonly publicUrl?: string;
  readonly redirectUris: readonly string[];
  readonly postLogoutRedirectUris: readonly string[];
  /** Where the APIs take security event tokens. */
  readonly eventReceivers?: readonly string[];
  /** Public keys that may sign the client's assertions (`private_key_jwt`). */
  readonly clientPublicKeys?: readonly JWK[];
  readonly log: Logger;
  /** Milliseconds since the epoch. */
  readonly now?: () => number;
  /** Told of every request, for tests that count and compare. */
  readonly observe?: (seen: SeenRequest) => void;
  /** The web app, for a link back. */
  readonly webAppUrl?: string;
  readonly nodeEnv?: string;
}

/** Somebody who can sign in, and how. */
export interface SandboxPerson extends Person {
  readonly password: string;
}

/** A sandbox that listens. */
export interface RunningSandbox {
  /** Its public origin, without a slash at the end. */
  readonly url: string;
  /** Where on 127.0.0.1 it listens. */
  readonly port: number;
  readonly tenantId: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** The `aud` of the Payroll API's access tokens. */
  readonly payrollAudience: string;
  readonly payrollScopes: readonly string[];
  readonly people: readonly SandboxPerson[];
  /** Stops listening and ends every connection. */
  readonly close: () => Promise<void>;
}

/**
 * Starts an imitation of Microsoft Entra ID and Graph, on 127.0.0.1 only. It lets anybody sign in as
 * anybody: it is for trying and testing. Everything it knows is in memory and ends with it.
 *
 * @throws {@link ConfigError} when `nodeEnv` is `production` or the public origin will not do.
 */
export async function startSandbox(options: SandboxOptions): Promise<RunningSandbox> {
  const { publicUrl } = readSandboxConfig({
    NODE_ENV: options.nodeEnv,
    SANDBOX_URL: options.publicUrl,
  });
  const key = await createSigningKey();
  const { server, port, close } = await listen({
    port: options.port,
    host: "127.0.0.1",
    drainMs: 0,
  });
  const localUrl = `http://127.0.0.1:${port}`;
  const state = createSandboxState({
    url: publicUrl ?? localUrl,
    registration: {
      redirectUris: options.redirectUris,
      postLogoutRedirectUris: options.postLogoutRedirectUris,
    },
    clientPublicKeys: options.clientPublicKeys ?? [],
    key,
    receivers: [
      { url: `${localUrl}${GRAPH_EVENTS_PATH}`, audience: GRAPH_AUDIENCE },
      ...(options.eventReceivers ?? []).map((url) => ({ url, audience: PAYROLL_AUDIENCE })),
    ],
    now: options.now ?? Date.now,
  });
  const app = createSandboxApp({
    state,
    log: options.log,
    observe: options.observe,
    ownOrigins: [state.url, localUrl],
    webAppUrl: options.webAppUrl,
  });
  server.on("request", app);
  return {
    url: state.url,
    port,
    tenantId: TENANT_ID,
    clientId: CLIENT_ID,
    clientSecret: CLIENT_SECRET,
    payrollAudience: PAYROLL_AUDIENCE,
    payrollScopes: PAYROLL_SCOPES,
    people: [...state.directory.values()].map(({ person }) => ({
      ...person,
      password: PASSWORD,
    })),
    close,
  };
}
