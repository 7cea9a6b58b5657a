import type { Config } from "../../config/config.js";
import { openTunnel, ProxyRefusal } from "../connect-tls.js";
import { type Finding, ok, wrong } from "../finding.js";
import { reasonOf } from "../observed-fetch.js";

const CHECK = "proxy";

/** Checks that the proxy connects to the authority, when calls to it take that way. */
export async function checkProxy({ proxy, authority }: Config): Promise<Finding[]> {
  if (proxy === undefined) return [];
  const url = new URL(authority.cloudInstance);
  if (url.protocol !== "https:" || proxyFor(url, proxy) === undefined) {
    return [
      ok(CHECK, `HTTPS_PROXY is not used for ${url.host}: NO_PROXY names it, or it is not https.`),
    ];
  }
  const { host } = new URL(proxy.url);
  try {
    const tunnel = await openTunnel(
      { host: url.hostname, port: Number(url.port) || 443 },
      proxy.url,
    );
    tunnel.destroy();
    return [ok(CHECK, `HTTPS_PROXY: ${host} connects to ${url.host}.`)];
  } catch (error) {
    return [wrong(CHECK, describe(error, host, url.host))];
  }
}

function describe(error: unknown, proxy: string, target: string) {
  if (!(error instanceof ProxyRefusal)) {
    const text = `HTTPS_PROXY: ${proxy} does not respond (${reasonOf(error)}).`;
    return { text, cure: "Correct HTTPS_PROXY, or remove it if this machine needs no proxy." };
  }
  const text = `HTTPS_PROXY: ${proxy} does not connect to ${target} (status ${error.status}).`;
  if (error.status === 407) {
    return { text, cure: "Put user and password into it: http://user:password@proxy:8080." };
  }
  return { text, cure: `Let the proxy connect to ${target}, or name that host in NO_PROXY.` };
}

/** Returns the proxy for an https address, or undefined when `NO_PROXY` excepts its host. */
export function proxyFor(url: URL, proxy: Config["proxy"]): string | undefined {
  if (proxy === undefined) return undefined;
  const isExcepted = proxy.except
    .split(/[\s,]+/)
    .filter((entry) => entry !== "")
    .some((entry) => matches(url, entry.toLowerCase()));
  return isExcepted ? undefined : proxy.url;
}

/** Compares as curl and undici do: `*`, a host, a host and port, a domain with or without `.` or `*.`. */
function matches({ hostname, port }: URL, entry: string): boolean {
  if (entry === "*") return true;
  const [, name = "", entryPort] = /^(.*?)(?::(\d+))?$/.exec(entry) ?? [];
  if (entryPort !== undefined && entryPort !== (port || "443")) return false;
  const domain = name.replace(/^\*?\./, "");
  return hostname === domain || hostname.endsWith(`.${domain}`);
}
