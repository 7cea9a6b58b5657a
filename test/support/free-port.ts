import { createServer } from "node:http";
import { portOf } from "../../src/server/http-server.js";

/** Gives a port that was free a moment ago, for a program that must be told one. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "localhost", resolve));
  const port = portOf(server);
  await new Promise((resolve) => server.close(resolve));
  return port;
}
