/** Identifies the authority that signs people in. */
export interface AuthoritySettings {
  /** Origin of an Entra cloud or custom domain, without a trailing slash. */
  readonly cloudInstance: string;
  /** Tenant id or domain. */
  readonly tenantId: string;
}

/**
 * The hosts of each Microsoft cloud; the first is the one to configure, the others are its aliases.
 * Their tenants are the same. MSAL has the same table.
 */
const CLOUDS = [
  ["login.microsoftonline.com", "login.windows.net", "login.microsoft.com", "sts.windows.net"],
  ["login.partner.microsoftonline.cn", "login.chinacloudapi.cn"],
  ["login.microsoftonline.us", "login.usgovcloudapi.net"],
] as const satisfies readonly (readonly string[])[];

const [PUBLIC_CLOUD] = CLOUDS;

/** The domain under which external tenants have a host each, in the public cloud. */
const EXTERNAL_TENANTS = "ciamlogin.com";

/**
 * Returns the origins that may be an authority's: the configured one and the other names of its cloud.
 *
 * Custom domains and external tenants (`<name>.ciamlogin.com`) exist in the public cloud, whose hosts
 * their metadata may name. A host of this machine has no other name.
 */
export function authorityOrigins({ cloudInstance, tenantId }: AuthoritySettings): string[] {
  const { origin, hostname } = new URL(cloudInstance);
  if (isThisMachine(hostname)) return [origin];
  const cloud = cloudOf(hostname) ?? PUBLIC_CLOUD;
  const external = cloud === PUBLIC_CLOUD ? externalHostsOf(tenantId) : [];
  return [...new Set([origin, ...[...cloud, ...external].map((host) => `https://${host}`)])];
}

/** Returns the value of `CLOUD_INSTANCE` for an address, when it is Microsoft's. */
export function cloudInstanceFor({ origin, hostname }: URL): string | undefined {
  if (origin !== `https://${hostname}`) return undefined;
  const cloud = cloudOf(hostname);
  if (cloud !== undefined) return `https://${cloud[0]}`;
  return hostname.endsWith(`.${EXTERNAL_TENANTS}`) ? origin : undefined;
}

function cloudOf(host: string): readonly string[] | undefined {
  return CLOUDS.find((hosts: readonly string[]) => hosts.includes(host));
}

/** Returns the host of a tenant as an external one: it has its id, or the name of its first domain. */
function externalHostsOf(tenantId: string): string[] {
  const name = /^([0-9a-z-]+)(?:\.onmicrosoft\.com)?$/i.exec(tenantId)?.[1];
  return name === undefined ? [] : [`${name.toLowerCase()}.${EXTERNAL_TENANTS}`];
}

function isThisMachine(hostname: string): boolean {
  return /^(?:localhost|127(?:\.\d+){3}|\[::1\])$/.test(hostname);
}
