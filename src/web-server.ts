import { setTimeout as waitMs } from "node:timers/promises";
import { createServer } from "node:http";
import type { Server } from "node:http";
import type { Socket } from "node:net";
import { createAuth } from "./auth/create-auth.js";
import type { Config } from "./config.js";
import type { Logger } from "./log.js";
import { createOutboundFetch } from "./outbound-fetch.js";
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
  const server = options.server ?? createServer();
  const destroySilentSockets = trackSilentSockets(server);
  server.on("request", app);
  if (!server.listening) await listen(server, config.port, options.host);
  // Not awaited: the app starts while the authority is down, and asks again at the first sign-in.
  auth.metadata().catch((err: unknown) => {
    log.warn({ err }, "the authority's metadata cannot be had yet");
  });
  return {
    port: portOf(server),
    close: async () => {
      draining = true;
      destroySilentSockets();
      await close(server);
    },
  };
}

/** Gives the port of a server that listens. */
export function portOf(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("It listens on no port");
  return address.port;
}

async function listen(server: Server, port: number, host: string | undefined): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen({ port, host }, () => {
      server.off("error", reject);
      resolve();
    });
  });
}

/**
 * Gives a function that ends connections on which nothing was asked yet. Browsers open some ahead;
 * Node does not count them as idle, and would wait for them.
 */
function trackSilentSockets(server: Server): () => void {
  const silent = new Set<Socket>();
  server.on("connection", (socket) => {
    silent.add(socket);
    socket.once("close", () => silent.delete(socket));
  });
  server.on("request", ({ socket }) => silent.delete(socket));
  return () => {
    for (const socket of silent) socket.destroy();
  };
}

async function close(server: Server): Promise<void> {
  const timer = setTimeout(() => {
    server.closeAllConnections();
  }, DRAIN_MS);
  await new Promise<void>((resolve) => {
    server.close(() => {
      resolve();
    });
    server.closeIdleConnections();
  });
  clearTimeout(timer);
}
