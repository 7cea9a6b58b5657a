import { createAuthority } from "../auth/authority/authority.js";
import { outboundAddresses, readConfig, type Config } from "../config/config.js";
import type { Environment } from "../config/formats.js";
import { ConfigError } from "../errors.js";
import { createOutboundFetch } from "../outbound-fetch.js";
import { checkApi } from "./checks/apis.js";
import { checkAuthority } from "./checks/authority.js";
import { checkCertificates } from "./checks/certificates.js";
import { checkClientCertificate } from "./checks/client-certificate.js";
import { checkClient } from "./checks/client.js";
import { checkClock } from "./checks/clock.js";
import { checkProxy } from "./checks/proxy.js";
import { checkRedirectUri } from "./checks/redirect-uri.js";
import { checkRedis } from "./checks/redis.js";
import { checkClientSecret, checkSessionSecrets } from "./checks/secrets.js";
import { type Finding, ok, wrong } from "./finding.js";
import { type ObservedFetch, observeFetch } from "./observed-fetch.js";

/**
 * Checks the settings: by themselves, then against the authority, the APIs, the Redis and the proxy
 * that they name. Nobody signs in and nothing is changed. No finding holds a secret.
 */
export async function checkSettings(
  env: Environment,
  now: () => number = Date.now,
): Promise<readonly Finding[]> {
  try {
    const config = readConfig(env);
    const text = "The settings are complete, and each has a valid form.";
    return [ok("settings", text), ...(await checkConfig(config, now))];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return describeProblems(error);
  }
}

/** Returns a finding for each problem of the settings. */
export function describeProblems({ problems }: ConfigError): Finding[] {
  const cure = "Correct it in the environment or in .env; README.md describes each setting.";
  return problems.map((problem) => wrong("settings", { text: `${problem}.`, cure }));
}

async function checkConfig(config: Config, now: () => number): Promise<Finding[]> {
  const outbound = createOutboundFetch({
    allowed: outboundAddresses(config),
    proxy: config.proxy,
  });
  const observed = observeFetch(outbound, now);
  const alone = [
    ...checkSessionSecrets(config),
    ...checkClientSecret(config),
    ...checkClientCertificate(config, now()),
  ];
  const found = await Promise.all([
    checkTenant(config, observed, now),
    ...config.apis.map((api) => checkApi(api, observed)),
    checkRedis(config.redisUrls),
    checkCertificates(config, now()),
    checkProxy(config),
  ]);
  return [...alone, ...found.flat()];
}

async function checkTenant(
  config: Config,
  observed: ObservedFetch,
  now: () => number,
): Promise<Finding[]> {
  const { fetch } = observed;
  const { clientId } = config.client;
  const authority = createAuthority(config.authority, { clientId, fetch, now });
  const { findings, metadata } = await checkAuthority(authority);
  const others =
    metadata === undefined
      ? []
      : [
          await checkClient(config, { metadata, fetch, now }),
          await checkRedirectUri(config, metadata, fetch),
        ];
  const lead = observed.clockLeadSeconds(new URL(config.authority.cloudInstance).origin);
  return [...findings, ...checkClock(lead), ...others];
}
