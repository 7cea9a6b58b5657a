import type { Config } from "../../config/config.js";
import { isLoopbackHost } from "../../config/formats.js";
import { readCertificateExpiry, type TlsTarget } from "../connect-tls.js";
import { type Finding, wrong } from "../finding.js";
import { reasonOf } from "../observed-fetch.js";
import { judgeExpiry } from "./expiry.js";
import { proxyFor } from "./proxy.js";

const CHECK = "TLS";

/** Checks the certificate of each server that the settings name with TLS. */
export async function checkCertificates(config: Config, now: number): Promise<Finding[]> {
  const hosts = targetsOf(config);
  return Promise.all([...hosts].map(([host, target]) => checkCertificate(host, target, now)));
}

/** Returns the servers by host and port, each once. */
function targetsOf(config: Config): Map<string, TlsTarget> {
  const { authority, apis, redisUrls = [], baseUrl } = config;
  const called = [authority.cloudInstance, ...apis.map(({ url }) => url)];
  const own = isLoopbackHost(new URL(baseUrl).hostname) ? [] : [baseUrl];
  const urls = [...called, ...own, ...redisUrls].map((each) => new URL(each));
  const secure = urls.filter(({ protocol }) => protocol === "https:" || protocol === "rediss:");
  return new Map(secure.map((url) => [url.host, targetOf(url, config)]));
}

function targetOf(url: URL, { proxy }: Config): TlsTarget {
  const host = url.hostname.replace(/^\[(.*)\]$/, "$1");
  const usual = url.protocol === "rediss:" ? 6379 : 443;
  const proxyUrl = url.protocol === "https:" ? proxyFor(url, proxy) : undefined;
  return { host, port: Number(url.port) || usual, proxyUrl };
}

async function checkCertificate(name: string, target: TlsTarget, now: number): Promise<Finding> {
  try {
    const expiresAt = await readCertificateExpiry(target);
    return judgeExpiry(CHECK, {
      name,
      expiresAt,
      now,
      cure: "Ask who runs this server to renew it.",
    });
  } catch (error) {
    const text = `${name}: no TLS connection (${reasonOf(error)}).`;
    return wrong(CHECK, { text, cure: cureOf(reasonOf(error)) });
  }
}

function cureOf(reason: string): string {
  if (reason === "CERT_HAS_EXPIRED") return "Renew the certificate of this server.";
  if (reason === "ERR_TLS_CERT_ALTNAME_INVALID") {
    return "The certificate is of another host: correct the address in the settings.";
  }
  if (/CERT|UNABLE_TO/.test(reason)) {
    return "If a private CA or a proxy signed it, set NODE_EXTRA_CA_CERTS in the environment.";
  }
  return "Check the address, the network, and HTTPS_PROXY if this machine needs a proxy.";
}
