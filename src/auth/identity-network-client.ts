import type { INetworkModule, NetworkRequestOptions } from "@azure/msal-node";
import { createOutboundFetch } from "../outbound-fetch.js";

/** The longest that the machine's identity endpoint may take, in milliseconds. */
const TIMEOUT_MS = 5_000;

/**
 * Creates the network client through which MSAL gets tokens of this machine's managed identity.
 *
 * The platform names the endpoint (`IDENTITY_ENDPOINT`, or the link-local metadata address), so it is
 * the only host without a setting. MSAL's own client has no time limit.
 */
export function createIdentityNetworkClient(): INetworkModule {
  async function send(method: "GET" | "POST", url: string, options: NetworkRequestOptions = {}) {
    const fetch = createOutboundFetch({ allowed: [url], fetch: globalThis.fetch });
    const response = await fetch(url, {
      method,
      signal: AbortSignal.timeout(TIMEOUT_MS),
      ...(options.headers !== undefined && { headers: options.headers }),
      ...(options.body !== undefined && { body: options.body }),
    });
    const body: unknown = await response.json();
    return { headers: Object.fromEntries(response.headers), status: response.status, body };
  }

  return {
    sendGetRequestAsync: ((url, options) =>
      send("GET", url, options)) as INetworkModule["sendGetRequestAsync"],
    sendPostRequestAsync: ((url, options) =>
      send("POST", url, options)) as INetworkModule["sendPostRequestAsync"],
  };
}
