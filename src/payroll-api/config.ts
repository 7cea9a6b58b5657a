import { z } from "zod";
import {
  describeIssues,
  type Environment,
  logLevel,
  lowerCaseGuids,
  originUrl,
  port,
  readSettings,
  requiredText,
  tenantId,
} from "../config/formats.js";
import { ConfigError } from "../errors.js";

/** Settings of the Payroll API. */
export interface PayrollApiConfig {
  readonly port: number;
  /** Origin of an Entra cloud or custom domain, without a trailing slash. */
  readonly cloudInstance: string;
  /** Tenant id or domain. */
  readonly tenantId: string;
  /** Accepted values of a token's `aud`: in v2.0 tokens the API's client id (a GUID). */
  readonly audience: readonly string[];
  readonly logLevel: string;
}

const schema = z.object({
  PAYROLL_API_PORT: port.default(3001),
  // An API that changes its identifier accepts the old and the new one for a while.
  PAYROLL_API_AUDIENCE: requiredText("the `aud` of access tokens for this API")
    .transform((text) =>
      lowerCaseGuids(text)
        .split(",")
        .map((each) => each.trim()),
    )
    .refine((list) => list.every((each) => /^[^\s"]+$/.test(each)), {
      error: "must be the API's client id or App ID URI; several are separated by commas",
    }),
  CLOUD_INSTANCE: originUrl.default("https://login.microsoftonline.com"),
  TENANT_ID: tenantId,
  LOG_LEVEL: logLevel,
});

/**
 * Reads the settings of the Payroll API. An empty value counts as not set.
 *
 * @throws {@link ConfigError} that lists every problem and contains no value.
 */
export function readPayrollApiConfig(env: Environment): PayrollApiConfig {
  const parsed = schema.safeParse(readSettings(env, Object.keys(schema.shape)));
  if (!parsed.success) throw new ConfigError(describeIssues(parsed.error));
  return Object.freeze({
    port: parsed.data.PAYROLL_API_PORT,
    cloudInstance: parsed.data.CLOUD_INSTANCE,
    tenantId: parsed.data.TENANT_ID,
    audience: parsed.data.PAYROLL_API_AUDIENCE,
    logLevel: parsed.data.LOG_LEVEL,
  });
}
