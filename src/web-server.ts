import { setTimeout as waitMs } from "node:timers/promises";
import type { Server } from "node:http";
import { createAuth } from "./auth/create-auth.js";
import { outboundAddresses, type Config } from "./config/config.js";
import { UpstreamError } from "./errors.js";
import type { Logger } from "./log.js";
import { createOutboundFetch } from "./outbound-fetch.js";
import { listen } from "./server/http-server.js";
import type { KeyValueStore } from "./store/key-value-store.js";
import { createMemoryStore } from "./store/memory-store.js";
import type { Trace, TraceOptions } from "./trace/create-trace.js";
import type { ApiPage } from "./web/api-pages/pages.js";
import type { AppContext } from "./web/app-context.js";
import { createApp } from "./web/app.js";

/** How long requests under way may take once the process has to end, in milliseconds. */
const DRAIN_MS = 10_000;

/** Options of {@link startWebServer}. */
export interface WebServerOptions {
  readonly config: Config;
  readonly log: Logger;
  /** The sandbox's control page, when the authority is the sandbox. */
  readonly sandboxUrl?: string | undefined;
  /** The host to listen on; all of them unless given. */
  readonly host?: string;
  /** A server that listens already, for a caller that needs its port in the settings. */
  readonly server?: Server;
  /** The clock, in milliseconds. */
  readonly now?: () => number;
  /** The store of all state, which the caller closes; the one of the settings unless given. */
  readonly store?: KeyValueStore;
  /** The pages that call an API; those of this app unless given. */
  readonly pages?: readonly ApiPage[];
  /** Waits that many milliseconds before a token request is retried. */
  readonly wait?: (ms: number) => Promise<void>;
}

/** A running web app. */
export interface RunningServer {
  /** The port that it listens on. */
  readonly port: number;
  /** Reports that it is not ready (`/readyz`) and asks clients to go elsewhere; works as before. */
  readonly turnAway: () => void;
  /** Accepts no new request, waits up to ten seconds for those under way, and ends. */
  readonly close: () => Promise<void>;
}

/**
 * Creates the web app with its dependencies and listens.
 *
 * @throws Error from the system when the port is not available.
 */
export async function startWebServer(options: WebServerOptions): Promise<RunningServer> {
  const { config, log, sandboxUrl, now = Date.now, wait = waitMs } = options;
  const store = options.store ?? (await openStore(options));
  const allowed = outboundAddresses(config);
  const plainFetch = createOutboundFetch({ allowed, proxy: config.proxy });
  const trace = await traceOf(options, { store, fetch: plainFetch, now });
  const fetch = trace?.fetch ?? plainFetch;
  const { authority: settings, client } = config;
  const auth = createAuth({
    ...{ settings, client, store, fetch, now, wait },
    onForeignTokens: (err, { oid }) => {
      const event = { event: "session-ended", reason: "foreign-tokens", oid };
      log.error(
        { ...event, err },
        "a renewal brought tokens of somebody else: the operator must act",
      );
    },
  });
  let draining = false;
  const context: AppContext = {
    config,
    auth,
    store,
    fetch,
    log,
    now,
    trace,
    sandboxUrl,
    isDraining: () => draining,
  };
  const app = await createApp(context, options.pages);
  const { server, host } = options;
  const listening = await listen({ port: config.port, host, server, drainMs: DRAIN_MS });
  listening.server.on("request", app);
  // Not awaited: the app starts while the authority is down, and asks again at the first sign-in.
  auth.metadata().catch((err: unknown) => {
    const isTransient = err instanceof UpstreamError && err.code === "ERR_AUTHORITY_UNAVAILABLE";
    log[isTransient ? "warn" : "error"]({ err }, "the authority's metadata is unavailable");
  });
  function turnAway(): void {
    draining = true;
    listening.turnAway();
  }
  return {
    port: listening.port,
    turnAway,
    close: async () => {
      turnAway();
      await listening.close();
      if (options.store === undefined) await store.close();
    },
  };
}

/** Creates the trace when the settings want one. */
async function traceOf(
  { config }: WebServerOptions,
  dependencies: Pick<TraceOptions, "store" | "fetch" | "now">,
): Promise<Trace | undefined> {
  const [secret] = config.sessionSecrets;
  if (!config.trace || secret === undefined) return undefined;
  const { createTrace } = await import("./trace/create-trace.js");
  return createTrace({ ...dependencies, secret });
}

/** Opens the store of the settings: Redis, or the memory of this process. */
async function openStore({ config, log, now }: WebServerOptions): Promise<KeyValueStore> {
  const { redisUrls: urls, sessionSecrets: secrets, memoryStoreMaxMegabytes } = config;
  if (urls === undefined) {
    return createMemoryStore({
      ...(now !== undefined && { now }),
      maxBytes: memoryStoreMaxMegabytes * 1024 * 1024,
      onFull: (kind) => {
        log.warn({ kind }, "the memory store is full and drops what was not used for longest");
      },
    });
  }
  // Its packages take 10 MB and a quarter of the CPU time of a start; the other store needs none of them.
  const { openRedisStore } = await import("./store/redis-store.js");
  return openRedisStore({
    urls,
    secrets,
    onUnavailable: (err) => {
      log.warn({ err }, "Redis is unavailable");
    },
  });
}
