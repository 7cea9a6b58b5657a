import { createServer, type Server } from "node:http";
import { createDrain } from "./drain.js";

/** The time limits of a server's connections, in milliseconds. */
export interface ConnectionTimes {
  /** How long a connection may be idle between two requests. */
  readonly keepAliveTimeout: number;
  /** How long the head of a request may take to arrive. */
  readonly headersTimeout: number;
  /** How long a whole request may take to arrive. */
  readonly requestTimeout: number;
}

/**
 * Load balancers keep idle connections for a minute and use them again. A server that closes one first
 * does so now and then just as a request arrives, which the load balancer reports as a 502. Node's five
 * seconds are made for clients that connect directly.
 */
const TIMES: ConnectionTimes = {
  keepAliveTimeout: 65_000,
  headersTimeout: 66_000,
  requestTimeout: 70_000,
};

/** How often the limits of requests are checked, in milliseconds. */
const CHECK_MS = 5_000;

/** Options of {@link listen}. */
export interface ListenOptions {
  /** 0 takes a free one. */
  readonly port: number;
  /** The host to listen on; by default all of them. */
  readonly host?: string | undefined;
  /** How long requests under way may take once the server is closed, in milliseconds. */
  readonly drainMs: number;
  /** A server to use in place of a new one; it may be listening already. */
  readonly server?: Server | undefined;
  /** Time limits other than the usual ones. */
  readonly times?: Partial<ConnectionTimes>;
}

/** A server that listens. */
export interface ListeningServer {
  readonly server: Server;
  readonly port: number;
  /**
   * Goes on to accept requests and asks the clients, with each response, to close the connection and
   * go elsewhere.
   */
  readonly turnAway: () => void;
  /** Stops accepting requests, waits for those under way for at most the drain time, and ends. */
  readonly close: () => Promise<void>;
}

/**
 * Starts to listen; the caller adds the request handler.
 *
 * @throws Error from the system, with `code` and `port`, when the port is not available.
 */
export async function listen(options: ListenOptions): Promise<ListeningServer> {
  const { port, host, drainMs, times } = options;
  const { server = createServer({ connectionsCheckingInterval: CHECK_MS }) } = options;
  Object.assign(server, TIMES, times);
  // Node leaves out the headers above a limit, of which those of a proxy may be the last. Their size
  // is limited anyway, to 16 KB.
  server.maxHeadersCount = 0;
  const drain = createDrain(server);
  if (!server.listening) {
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen({ port, host }, () => {
        server.off("error", reject);
        resolve();
      });
    });
  }
  return {
    server,
    port: portOf(server),
    turnAway: drain.turnAway,
    close: () => drain.close(drainMs),
  };
}

/** Returns the port of a listening server. */
export function portOf(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("It listens on no port");
  return address.port;
}

/**
 * Starts a server on the port of the setting `name`.
 *
 * @throws Error that suggests another value of the setting when the port is not available.
 */
export async function startOnPort<Running>(
  name: string,
  start: () => Promise<Running>,
): Promise<Running> {
  try {
    return await start();
  } catch (error) {
    if (!(error instanceof Error) || !("code" in error) || !("port" in error)) throw error;
    const port = Number(error.port);
    const isInUse = error.code === "EADDRINUSE";
    const reason = isInUse ? "is in use (another copy running?)" : "cannot be used";
    const message = `port ${port} ${reason}. Try another one: ${name}=${otherPort(port)}`;
    throw new Error(message, { cause: error });
  }
}

/** Returns another port to try; one below 1024 would need privileges. */
function otherPort(port: number): number {
  if (port < 1024) return port + 8000;
  return port + 100 <= 65_535 ? port + 100 : port - 100;
}
