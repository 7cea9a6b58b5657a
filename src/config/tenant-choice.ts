import { ConfigError } from "../errors.js";
import { type Environment, readSettings } from "./formats.js";
import { CLIENT_SETTING_NAMES } from "./setting-names.js";

/**
 * Returns whether the settings name a tenant; otherwise the sandbox takes its place.
 *
 * @throws ConfigError when they have a client and no tenant: whoever set these means a tenant.
 */
export function namesTenant(env: Environment): boolean {
  const given = readSettings(env, ["TENANT_ID", ...CLIENT_SETTING_NAMES]);
  if (given.TENANT_ID !== undefined) return true;
  const names = Object.keys(given);
  if (names.length === 0) return false;
  throw new ConfigError([
    `TENANT_ID is missing: ${names.join(", ")} belong to a client of a tenant; ` +
      "without any of them the sandbox starts",
  ]);
}
