/** The hosts of each Microsoft cloud; the first is the one to configure. */
const CLOUDS: readonly (readonly string[])[] = [
  ["login.microsoftonline.com", "login.windows.net", "login.microsoft.com", "sts.windows.net"],
  ["login.partner.microsoftonline.cn", "login.chinacloudapi.cn"],
  ["login.microsoftonline.us", "login.usgovcloudapi.net"],
];

/**
 * Returns whether two origins are names of one authority: hosts of one Microsoft cloud, or a custom
 * domain and the public cloud, the only one that has custom domains.
 */
export function isSameCloud(configured: string, named: string): boolean {
  if (configured === named) return true;
  if (!configured.startsWith("https:") || isLoopback(configured)) return false;
  const host = hostOf(named);
  return host !== undefined && (cloudOf(configured) ?? CLOUDS[0])?.includes(host) === true;
}

/** Returns the setting that fits an origin of a Microsoft cloud, as the end of a sentence. */
export function settingHint(origin: string): string {
  const cloudInstance = cloudOf(origin)?.[0];
  return cloudInstance === undefined ? "" : `; CLOUD_INSTANCE=https://${cloudInstance} would fit`;
}

function cloudOf(origin: string): readonly string[] | undefined {
  const host = hostOf(origin);
  return CLOUDS.find((hosts) => host !== undefined && hosts.includes(host));
}

/** Returns the host of an https origin with the default port. */
function hostOf(origin: string): string | undefined {
  return /^https:\/\/([a-z0-9.-]+)$/.exec(origin)?.[1];
}

function isLoopback(origin: string): boolean {
  return /^(?:localhost|127\.0\.0\.1|\[::1\])$/.test(new URL(origin).hostname);
}
