import { setTimeout as waitMs } from "node:timers/promises";
import type { Server } from "node:http";
import { createAuth } from "./auth/create-auth.js";
import type { Config } from "./config/config.js";
import type { Logger } from "./log.js";
import { createOutboundFetch } from "./outbound-fetch.js";
import { listen } from "./server/http-server.js";
import type { KeyValueStore } from "./store/key-value-store.js";
import { createMemoryStore } from "./store/memory-store.js";
import { createApp } from "./web/app.js";

/** How long requests under way may take once the process is asked to end, in milliseconds. */
const DRAIN_MS = 10_000;

/** What {@link startWebServer} needs. */
export interface WebServerOptions {
  readonly config: Config;
  readonly log: Logger;
  /** The sandbox's control page, when the identity provider is the sandbox. */
  readonly sandboxUrl?: string | undefined;
  /** The host to listen on; every one unless given. */
  readonly host?: string;
  /** A server that listens already, for a caller that had to know its port first. */
  readonly server?: Server;
  /** The clock, in milliseconds. */
  readonly now?: () => number;
  /** Where state lives, in place of the memory of this process. */
  readonly store?: KeyValueStore;
  /** Waits that many milliseconds before a token request is tried again. */
  readonly wait?: (ms: number) => Promise<void>;
}

/** A server that answers. */
export interface RunningServer {
  /** The port that it listens on. */
  readonly port: number;
  /** Takes no new request, lets those under way finish for ten seconds, and ends. */
  readonly close: () => Promise<void>;
}

/**
 * Puts the web app together and listens.
 *
 * @throws the system's error when the port cannot be had.
 */
export async function startWebServer(options: WebServerOptions): Promise<RunningServer> {
  const { config, log, sandboxUrl, now = Date.now, wait = waitMs } = options;
  const { store = createMemoryStore({ now }) } = options;
  const allowed = [
    config.authority.cloudInstance,
    config.graphApiEndpoint,
    ...(config.payroll === undefined ? [] : [config.payroll.url]),
  ];
  const fetch = createOutboundFetch({ allowed, fetch: globalThis.fetch });
  const { authority: settings, client } = config;
  const auth = createAuth({ settings, client, store, fetch, now, wait });
  let draining = false;
  const app = createApp({
    ...{ config, auth, store, fetch, log, now, sandboxUrl },
    isDraining: () => draining,
  });
  const { server, host } = options;
  const listening = await listen({ port: config.port, host, server, drainMs: DRAIN_MS });
  listening.server.on("request", app);
  // Not awaited: the app starts while the authority is down, and asks again at the first sign-in.
  auth.metadata().catch((err: unknown) => {
    log.warn({ err }, "the authority's metadata cannot be had yet");
  });
  return {
    port: listening.port,
    close: async () => {
      draining = true;
      await listening.close();
    },
  };
}
