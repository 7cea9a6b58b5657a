import { type Dispatcher, EnvHttpProxyAgent, Pool } from "undici";

/** A proxy for calls to https addresses. */
export interface OutboundProxy {
  /** Its address, with a user and a password if it needs them. */
  readonly url: string;
  /** Hosts and domains that are called without it, separated by commas; `*` for all. */
  readonly except: string;
}

/** Limits of connections that go through the proxy, and of those that do not. */
export interface ConnectionLimits {
  readonly connections: number;
  readonly headersTimeout: number;
  readonly bodyTimeout: number;
  readonly maxResponseSize: number;
}

/** The proxy opened no tunnel. The code has the status of its response, if there was one. */
class ProxyError extends Error {
  override readonly name = "ProxyError";
  readonly code: string;

  constructor(status: number | undefined, options?: ErrorOptions) {
    super("The proxy opened no tunnel", options);
    this.code = `ERR_PROXY_${status ?? "UNAVAILABLE"}`;
  }
}

/** Connections to the proxy itself, each of which becomes a tunnel. */
class TunnelPool extends Pool {
  /**
   * Opens a tunnel.
   *
   * The client that wants the tunnel takes undici's own error of a socket for one that passes, and
   * connects again without end when the proxy closes the connection. An error of another kind ends the
   * request.
   */
  override async connect(options: Dispatcher.ConnectOptions): Promise<Dispatcher.ConnectData> {
    const tunnel = await super.connect(options).catch(fail);
    if (tunnel.statusCode === 200) return tunnel;
    tunnel.socket.on("error", () => undefined).destroy();
    throw new ProxyError(tunnel.statusCode);
  }
}

function fail(cause: unknown): never {
  throw new ProxyError(undefined, { cause });
}

/**
 * Creates the dispatcher that sends requests to https addresses through a tunnel of the proxy, and
 * those to `http://localhost` directly. It does not read the environment, and the proxy sees no request
 * inside a tunnel, only the name of its host.
 */
export function createProxyDispatcher(
  { url, except }: OutboundProxy,
  limits: ConnectionLimits,
): Dispatcher {
  const { origin, username, password } = new URL(url);
  return new EnvHttpProxyAgent({
    ...limits,
    httpProxy: "",
    httpsProxy: origin,
    noProxy: except,
    ...(username !== "" && { token: basic(username, password) }),
    clientFactory: (proxy, options) => new TunnelPool(proxy, { ...options, ...limits }),
  });
}

/** Returns the value of `Proxy-Authorization`; the parts of a URL are percent-encoded. */
function basic(username: string, password: string): string {
  const pair = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return `Basic ${Buffer.from(pair).toString("base64")}`;
}
