import type { Server, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { setImmediate as waitForInput, setTimeout as waitMs } from "node:timers/promises";

/**
 * How long a new connection may be without a request, in milliseconds. Browsers open some in advance;
 * Node does not count them as idle and would wait for them.
 */
const FIRST_REQUEST_MS = 1_000;

/** How often a server that drains closes what has become idle, in milliseconds. */
const SWEEP_MS = 50;

/**
 * How long no request must have arrived before idle connections are closed, and how often that is
 * waited for: under load a request may have been received and not read yet.
 */
const SETTLE_MS = 25;
const MAX_SETTLE_ROUNDS = 40;

/** Ends a server without losing a request that it has accepted. */
export interface Drain {
  /** Asks the clients to close their connections: a client that does so loses no request. */
  readonly turnAway: () => void;
  /** Stops accepting requests, waits for those under way for at most `drainMs`, and ends. */
  readonly close: (drainMs: number) => Promise<void>;
}

/** Watches the connections of a server, which has none yet. */
export function createDrain(server: Server): Drain {
  const unused = new Map<Socket, number>();
  const underWay = new Set<ServerResponse>();
  let isTurningAway = false;
  let open = 0;
  let requests = 0;

  server.on("connection", (socket) => {
    open += 1;
    unused.set(socket, performance.now());
    socket.once("close", () => {
      open -= 1;
      unused.delete(socket);
    });
  });
  server.on("request", ({ socket }, response) => {
    requests += 1;
    unused.delete(socket);
    underWay.add(response);
    response.once("close", () => underWay.delete(response));
    if (isTurningAway) askToClose(response);
  });

  function turnAway(): void {
    isTurningAway = true;
    for (const response of underWay) askToClose(response);
  }

  /** Closes idle connections, and those whose first request should have arrived. */
  function sweep(): void {
    server.closeIdleConnections();
    const oldest = performance.now() - FIRST_REQUEST_MS;
    for (const [socket, openedAt] of unused) if (openedAt < oldest) socket.destroy();
  }

  /** Reads what has arrived: Node closes an idle connection with the request that is waiting on it. */
  async function settle(): Promise<void> {
    for (let rounds = 0; rounds < MAX_SETTLE_ROUNDS && open > unused.size; rounds += 1) {
      const before = requests;
      await waitMs(SETTLE_MS);
      await waitForInput();
      if (requests === before) return;
    }
  }

  async function close(drainMs: number): Promise<void> {
    turnAway();
    if (drainMs > 0) await settle();
    // Its client connects again by itself, to another process.
    for (const response of underWay) if (isEventStream(response)) response.end();
    const limit = setTimeout(() => {
      server.closeAllConnections();
    }, drainMs);
    const sweeps = setInterval(sweep, SWEEP_MS);
    await new Promise<void>((resolve) => {
      server.close(() => {
        resolve();
      });
      sweep();
    });
    clearInterval(sweeps);
    clearTimeout(limit);
  }

  return { turnAway, close };
}

function askToClose(response: ServerResponse): void {
  if (!response.headersSent) response.setHeader("Connection", "close");
}

/** Returns whether a response goes on until one side ends it. */
function isEventStream(response: ServerResponse): boolean {
  return String(response.getHeader("Content-Type")).startsWith("text/event-stream");
}
