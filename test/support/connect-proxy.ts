import { createServer, type IncomingMessage } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";

/** A proxy of a test: it opens tunnels (`CONNECT`, RFC 9110 §9.3.6) and does nothing else. */
export interface ConnectProxy {
  /** Its address, with the user and the password that it asks for. */
  readonly url: string;
  /** The hosts and ports of all requests for a tunnel, in order, refused ones included. */
  readonly asked: string[];
  /** Does this with requests in place of opening a tunnel; undefined opens it. */
  refusal: ((socket: Socket, request: IncomingMessage) => void) | undefined;
  /** Stops at once, open tunnels included. */
  readonly close: () => Promise<void>;
}

/** The user and the password of every proxy, with characters that a URL must encode. */
export const PROXY_CREDENTIALS = { user: "app@corp", password: "p/w:d of a proxy" };

/** Returns the refusal of a tunnel with a status. */
export function refuseWith(status: number): (socket: Socket) => void {
  return (socket) => socket.end(`HTTP/1.1 ${status} Refused\r\nContent-Length: 0\r\n\r\n`);
}

/** Starts a proxy on a free port of 127.0.0.1. It responds with 407 to wrong credentials. */
export async function startConnectProxy(): Promise<ConnectProxy> {
  const { user, password } = PROXY_CREDENTIALS;
  const expected = `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}`;
  const sockets = new Set<Socket>();
  const server = createServer((_request, response) => response.writeHead(501).end());
  server.on("connection", keep);
  server.on("connect", (request, socket: Socket) => {
    proxy.asked.push(request.url ?? "");
    if (proxy.refusal !== undefined) proxy.refusal(socket, request);
    else if (request.headers["proxy-authorization"] !== expected) refuseWith(407)(socket);
    else openTunnel(socket, request.url ?? "");
  });

  function keep(socket: Socket): void {
    sockets.add(socket);
    socket.on("error", () => socket.destroy());
    socket.on("close", () => sockets.delete(socket));
  }

  function openTunnel(socket: Socket, target: string): void {
    const { hostname, port } = new URL(`tunnel://${target}`);
    const upstream = connect(Number(port), hostname, () => {
      socket.write("HTTP/1.1 200 Connection Established\r\n\r\n");
      socket.pipe(upstream).pipe(socket);
    });
    keep(upstream);
    upstream.on("close", () => socket.destroy());
    socket.on("close", () => upstream.destroy());
  }

  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const url = new URL(`http://127.0.0.1:${port}`);
  url.username = encodeURIComponent(user);
  url.password = encodeURIComponent(password);
  const proxy: ConnectProxy = {
    url: url.href,
    asked: [],
    refusal: undefined,
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        for (const socket of sockets) socket.destroy();
      }),
  };
  return proxy;
}
