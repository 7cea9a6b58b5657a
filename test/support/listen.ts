import { createServer as createHttpServer } from "node:http";
import type { IncomingHttpHeaders, IncomingMessage, RequestListener } from "node:http";
import { createServer as createHttpsServer } from "node:https";
import type { AddressInfo } from "node:net";

/** Key and certificate (PEM) of a server that speaks https. */
export interface Tls {
  readonly key: string;
  readonly cert: string;
}

/** A server of a test. */
export interface Listening {
  /** Its origin, such as `http://127.0.0.1:41234`. */
  readonly url: string;
  /** Stops it at once, open connections included. */
  readonly close: () => Promise<void>;
}

/** A request as it came over the wire. */
export interface SeenRequest {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  /** Query of a GET, or form of a POST; the last of a repeated name. */
  readonly params: Readonly<Record<string, string>>;
  /** The query, also of a POST. */
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  /** The body's text; empty for none. */
  readonly body: string;
}

/** Serves on a free port: http on 127.0.0.1, or https on localhost when there is a certificate. */
export async function listen(handler: RequestListener, tls?: Tls): Promise<Listening> {
  const server = tls ? createHttpsServer(tls, handler) : createHttpServer(handler);
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: tls ? `https://localhost:${port}` : `http://127.0.0.1:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}

/** Reads a whole request. */
export async function readRequest(request: IncomingMessage): Promise<SeenRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const body = Buffer.concat(chunks).toString("utf8");
  const { pathname, searchParams } = new URL(request.url ?? "/", "http://unused");
  const isForm = request.headers["content-type"]?.startsWith("application/x-www-form-urlencoded");
  return {
    method: request.method ?? "GET",
    path: pathname,
    params: Object.fromEntries(isForm ? new URLSearchParams(body) : searchParams),
    query: searchParams,
    headers: request.headers,
    body,
  };
}
