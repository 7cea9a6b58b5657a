import { type AddressInfo, createServer } from "node:net";

/** A server that accepts connections and ends each of them at once. */
export interface CuttingServer {
  readonly url: string;
  /** How many connections it has ended. */
  readonly connections: () => number;
}

/** Starts such a server; `closers` gets the function that stops it. */
export async function startCuttingServer(
  closers: (() => Promise<void> | void)[],
): Promise<CuttingServer> {
  let connections = 0;
  const server = createServer((socket) => {
    connections += 1;
    socket.destroy();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  closers.push(() => void server.close());
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, connections: () => connections };
}
