import { createServer, type Server } from "node:http";
import type { Socket } from "node:net";

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
}

/** A server that listens. */
export interface ListeningServer {
  readonly server: Server;
  readonly port: number;
  /** Stops accepting requests, waits for those under way for at most the drain time, and ends. */
  readonly close: () => Promise<void>;
}

/**
 * Starts to listen; the caller adds the request handler.
 *
 * @throws Error from the system, with `code` and `port`, when the port is not available.
 */
export async function listen(options: ListenOptions): Promise<ListeningServer> {
  const { port, host, drainMs, server = createServer() } = options;
  const destroyUnusedSockets = trackUnusedSockets(server);
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
    close: async () => {
      destroyUnusedSockets();
      await drain(server, drainMs);
    },
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

/**
 * Returns a function that ends connections without a request. Browsers open some in advance; Node
 * does not count them as idle and would wait for them.
 */
function trackUnusedSockets(server: Server): () => void {
  const unused = new Set<Socket>();
  server.on("connection", (socket) => {
    unused.add(socket);
    socket.once("close", () => unused.delete(socket));
  });
  server.on("request", ({ socket }) => unused.delete(socket));
  return () => {
    for (const socket of unused) socket.destroy();
  };
}

async function drain(server: Server, drainMs: number): Promise<void> {
  const timer = setTimeout(() => {
    server.closeAllConnections();
  }, drainMs);
  await new Promise<void>((resolve) => {
    server.close(() => {
      resolve();
    });
    server.closeIdleConnections();
  });
  clearTimeout(timer);
}
