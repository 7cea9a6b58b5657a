import { createServer, type Server } from "node:http";
import { portOf } from "../../src/server/http-server.js";

/** A server that listens and has no handler yet. */
export interface TakenPort {
  readonly server: Server;
  readonly port: number;
}

/** Takes a free port, for a server whose address others must know before it can be set up. */
export async function takeFreePort(host = "localhost"): Promise<TakenPort> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  return { server, port: portOf(server) };
}

/** Returns a port that was free a moment ago, for a child process that must be told one. */
export async function freePort(): Promise<number> {
  const { server, port } = await takeFreePort();
  await new Promise((resolve) => server.close(resolve));
  return port;
}
