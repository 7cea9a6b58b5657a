import { setTimeout as waitMs } from "node:timers/promises";
import { createClient, createCluster, RESP_TYPES } from "redis";

/**
 * How long a connection may be silent, in milliseconds. node-redis ends an idle connection then, too,
 * hence the pings.
 */
const SOCKET_TIMEOUT_MS = 1_000;
const PING_INTERVAL_MS = 400;

/** How long a connection may take to open, in milliseconds. */
const CONNECT_TIMEOUT_MS = 500;

/** The longest pause between two attempts to connect, in milliseconds, without the random part. */
const MAX_RECONNECT_MS = 400;

/** How long after a node's failure the nodes of a cluster are asked who replaces it, in milliseconds. */
const REDISCOVER_MS = 1_000;

/** An argument of a command. */
export type RedisArgument = string | Buffer;

/** A connection to one Redis, or one to each node of a cluster. It opens again when it is lost. */
export interface RedisConnection {
  /**
   * Sends one command and returns its reply, with strings as buffers. Fails at once while there is no
   * connection. `key` decides which node of a cluster executes it.
   */
  readonly send: (args: readonly RedisArgument[], key?: string) => Promise<unknown>;
  /** Ends all connections at once. */
  readonly close: () => void;
}

/** Options of {@link connectRedis}. */
export interface RedisConnectionOptions {
  /** One address, or several nodes of a cluster: `redis[s]://[user:password@]host[:port]`. */
  readonly urls: readonly string[];
  /** Is called once for each outage, with its first error, which has a `code`. */
  readonly onUnavailable?: ((cause: unknown) => void) | undefined;
}

/** Connects; returns after the first attempt, whether it succeeded or not. */
export async function connectRedis(options: RedisConnectionOptions): Promise<RedisConnection> {
  const watch = createOutageWatch(options.onUnavailable);
  const [first = "", ...others] = options.urls;
  return others.length === 0 ? connectServer(first, watch) : connectCluster(options.urls, watch);
}

async function connectServer(url: string, watch: OutageWatch): Promise<RedisConnection> {
  const database = Number(new URL(url).pathname.slice(1));
  const { host, port } = addressOf(url);
  const shared = sharedOptions(url);
  const client = createClient({
    ...shared,
    ...(database > 0 && { database }),
    socket: { ...shared.socket, host, port },
    commandOptions: COMMAND_OPTIONS,
  });
  client.on("error", watch.failed).on("ready", watch.succeeded);
  // It tries until it succeeds or is closed.
  client.connect().catch(watch.failed);
  await watch.attempted;
  return {
    send: (args) => client.sendCommand([...args]),
    close: () => {
      client.destroy();
    },
  };
}

async function connectCluster(
  urls: readonly string[],
  watch: OutageWatch,
): Promise<RedisConnection> {
  const shared = sharedOptions(urls[0] ?? "");
  const cluster = createCluster({
    rootNodes: urls.map((url) => ({ socket: addressOf(url) })),
    defaults: shared,
    // A node that is down must not prevent the use of the others.
    minimizeConnections: true,
    topologyRefreshOnReconnectionAttemptStrategy: REDISCOVER_MS,
    commandOptions: COMMAND_OPTIONS,
  });
  cluster.on("error", watch.failed).on("node-error", watch.failed);
  cluster.on("connect", watch.succeeded).on("node-ready", watch.succeeded);
  let isClosed = false;

  /** Connects, and tries again: unlike a client, a cluster tries only once. */
  async function connectUntilClosed(): Promise<void> {
    for (let tries = 0; !isClosed; tries += 1) {
      try {
        await cluster.connect();
        return;
      } catch (error) {
        watch.failed(error);
        await waitMs(reconnectMs(tries));
      }
    }
  }

  void connectUntilClosed();
  await watch.attempted;
  return {
    send: (args, key) => cluster.sendCommand(key, false, [...args]),
    close: () => {
      isClosed = true;
      cluster.destroy();
    },
  };
}

const COMMAND_OPTIONS = {
  // The store limits the time of an operation itself. This would limit only the wait until a command
  // is written, with an AbortSignal for each; the end of a connection rejects those that wait, too.
  timeout: 0,
  typeMapping: { [RESP_TYPES.BLOB_STRING]: Buffer },
};

/** Returns what all connections have in common: the credentials, TLS and the time limits. */
function sharedOptions(url: string) {
  const { protocol, username, password } = new URL(url);
  return {
    ...(username !== "" && { username: decodeURIComponent(username) }),
    ...(password !== "" && { password: decodeURIComponent(password) }),
    disableOfflineQueue: true,
    pingInterval: PING_INTERVAL_MS,
    // They would relax the time limits to ten seconds.
    maintNotifications: "disabled" as const,
    socket: {
      ...(protocol === "rediss:" && { tls: true as const }),
      connectTimeout: CONNECT_TIMEOUT_MS,
      socketTimeout: SOCKET_TIMEOUT_MS,
      reconnectStrategy: reconnectMs,
    },
  };
}

function addressOf(url: string): { readonly host: string; readonly port: number } {
  const { hostname, port } = new URL(url);
  return { host: hostname.replace(/^\[(.*)\]$/, "$1"), port: port === "" ? 6379 : Number(port) };
}

/** Returns the pause before another attempt, with a random part: many processes lose Redis at once. */
function reconnectMs(tries: number): number {
  return Math.min(MAX_RECONNECT_MS, 25 * 2 ** Math.min(tries, 10)) + Math.random() * 100;
}

/**
 * Adds a `code` to an error without one, because a log may have to leave out messages: the first word
 * of an error of Redis, such as `READONLY`, or the class of an error of node-redis.
 */
export function withCode(error: unknown): unknown {
  if (!(error instanceof Error) || "code" in error) return error;
  const [code = error.constructor.name] = /^[A-Z]{2,}\b/.exec(error.message) ?? [];
  return Object.assign(error, { code });
}

interface OutageWatch {
  readonly failed: (cause: unknown) => void;
  readonly succeeded: () => void;
  /** Settles with the first success or failure. */
  readonly attempted: Promise<void>;
}

function createOutageWatch(onUnavailable: ((cause: unknown) => void) | undefined): OutageWatch {
  let isDown = false;
  let attempt: (() => void) | undefined;
  const attempted = new Promise<void>((resolve) => {
    attempt = resolve;
  });
  return {
    attempted,
    failed: (cause) => {
      if (!isDown) onUnavailable?.(withCode(cause));
      isDown = true;
      attempt?.();
    },
    succeeded: () => {
      isDown = false;
      attempt?.();
    },
  };
}
