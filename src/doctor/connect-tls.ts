import { request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";
import { isIP, type Socket } from "node:net";
import { connect } from "node:tls";

const TIMEOUT_MS = 10_000;

/** Where to connect to, and through which proxy. */
export interface TlsTarget {
  readonly host: string;
  readonly port: number;
  readonly proxyUrl: string | undefined;
}

/** The proxy refused to connect. */
export class ProxyRefusal extends Error {
  override readonly name = "ProxyRefusal";
  readonly status: number;

  constructor(status: number) {
    super("The proxy refuses to connect");
    this.status = status;
  }
}

/**
 * Opens a TLS connection, verifies the certificate and returns its end. Sends nothing over it.
 *
 * @throws ProxyRefusal when the proxy does not connect.
 * @throws Error with a `code` when there is no connection or the certificate does not verify.
 */
export async function readCertificateExpiry(target: TlsTarget): Promise<Date> {
  const { host, port, proxyUrl } = target;
  const tunnel = proxyUrl === undefined ? undefined : await openTunnel(target, proxyUrl);
  return new Promise((resolve, reject) => {
    const where = tunnel === undefined ? { host, port } : { socket: tunnel };
    // A name is required for the certificate; an address must not be sent as one (RFC 6066 §3).
    const socket = connect(
      { ...where, host, ...(isIP(host) === 0 && { servername: host }) },
      () => {
        const { valid_to: end } = socket.getPeerCertificate();
        socket.destroy();
        resolve(new Date(end));
      },
    );
    socket.setTimeout(TIMEOUT_MS, () => socket.destroy(timeout()));
    socket.once("error", reject);
  });
}

/**
 * Asks a proxy to connect to a host (RFC 9110 §9.3.6).
 *
 * @throws as {@link readCertificateExpiry} does.
 */
export async function openTunnel(
  { host, port }: Omit<TlsTarget, "proxyUrl">,
  proxyUrl: string,
): Promise<Socket> {
  const proxy = new URL(proxyUrl);
  const path = `${isIP(host) === 6 ? `[${host}]` : host}:${port}`;
  const send = proxy.protocol === "https:" ? requestHttps : requestHttp;
  return new Promise((resolve, reject) => {
    const request = send({
      host: proxy.hostname.replace(/^\[(.*)\]$/, "$1"),
      port: proxy.port || (proxy.protocol === "https:" ? 443 : 80),
      method: "CONNECT",
      path,
      headers: { Host: path, ...authorizationOf(proxy) },
      timeout: TIMEOUT_MS,
      agent: false,
    });
    request.once("timeout", () => request.destroy(timeout()));
    request.once("error", reject);
    request.once("connect", ({ statusCode = 0 }, socket) => {
      if (statusCode === 200) {
        resolve(socket);
        return;
      }
      socket.destroy();
      reject(new ProxyRefusal(statusCode));
    });
    request.end();
  });
}

function authorizationOf({ username, password }: URL): Record<string, string> {
  if (username === "") return {};
  const user = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return { "Proxy-Authorization": `Basic ${Buffer.from(user).toString("base64")}` };
}

function timeout(): Error {
  return Object.assign(new Error("No response in time"), { code: "ETIMEDOUT" });
}
