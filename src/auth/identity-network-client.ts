import type { INetworkModule, NetworkRequestOptions } from "@azure/msal-node";
import { createOutboundFetch, type OutboundFetch } from "../outbound-fetch.js";

/** The longest that the machine's identity endpoint may take, in milliseconds. */
const TIMEOUT_MS = 5_000;

/** The response headers that MSAL reads: the challenge of Azure Arc, and when to retry. */
const HEADERS = ["www-authenticate", "retry-after"];

/**
 * Creates the network client through which MSAL gets tokens of this machine's managed identity.
 *
 * The platform names the endpoint (`IDENTITY_ENDPOINT`, or the link-local metadata address), so it is
 * the only host without a setting. It is on this machine, so no proxy is in between. MSAL's own client
 * has no time limit.
 */
export function createIdentityNetworkClient(): INetworkModule {
  const clients = new Map<string, OutboundFetch>();

  async function send(method: "GET" | "POST", url: string, options: NetworkRequestOptions = {}) {
    const { origin } = new URL(url);
    const fetch = clients.get(origin) ?? createOutboundFetch({ allowed: [origin] });
    clients.set(origin, fetch);
    const response = await fetch(url, {
      method,
      signal: AbortSignal.timeout(TIMEOUT_MS),
      ...(options.headers !== undefined && { headers: options.headers }),
      ...(options.body !== undefined && { body: options.body }),
    });
    const body: unknown = await response.json();
    const headers: Record<string, string> = {};
    for (const name of HEADERS) {
      const value = response.headers.get(name);
      if (value !== null) headers[name] = value;
    }
    return { headers, status: response.status, body };
  }

  return {
    sendGetRequestAsync: ((url, options) =>
      send("GET", url, options)) as INetworkModule["sendGetRequestAsync"],
    sendPostRequestAsync: ((url, options) =>
      send("POST", url, options)) as INetworkModule["sendPostRequestAsync"],
  };
}
