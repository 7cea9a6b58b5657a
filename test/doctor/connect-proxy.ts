import { createServer } from "node:http";
import { type AddressInfo, connect } from "node:net";

/** A proxy for connections (RFC 9110 §9.3.6) of a test. */
export interface ConnectProxy {
  readonly url: string;
  /** The hosts and ports that it connected to, in order. */
  readonly connected: readonly string[];
  readonly close: () => Promise<void>;
}

/** Starts a proxy on a free port, which requires these credentials, such as `user:password`. */
export async function startConnectProxy(credentials?: string): Promise<ConnectProxy> {
  const connected: string[] = [];
  const server = createServer((_request, response) => response.writeHead(405).end());
  server.on("connect", ({ url = "", headers }, client) => {
    client.on("error", () => client.destroy());
    const expected = `Basic ${Buffer.from(credentials ?? "").toString("base64")}`;
    if (credentials !== undefined && headers["proxy-authorization"] !== expected) {
      client.end("HTTP/1.1 407 Proxy Authentication Required\r\n\r\n");
      return;
    }
    const { hostname, port } = new URL(`tcp://${url}`);
    const upstream = connect(Number(port), hostname, () => {
      connected.push(url);
      client.write("HTTP/1.1 200 OK\r\n\r\n");
      upstream.pipe(client).pipe(upstream);
    });
    upstream.on("error", () => client.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    connected,
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}
