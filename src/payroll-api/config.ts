import { z } from "zod";
import { ConfigError } from "../errors.js";

/** The settings of the Payroll API, checked. */
export interface PayrollApiConfig {
  readonly port: number;
  /** Origin of an Entra cloud or custom domain, without a trailing slash. */
  readonly cloudInstance: string;
  /** Tenant id or domain. */
  readonly tenantId: string;
  /** What a token's `aud` may be. */
  readonly audience: readonly string[];
  readonly logLevel: string;
}

const LOOPBACK_HOSTS = new Set(["localhost", "127.0.0.1", "[::1]"]);
const LOG_LEVELS = ["fatal", "error", "warn", "info", "debug", "trace", "silent"] as const;
const PORT_PROBLEM = "must be a port number, such as 3001";

const cloudInstance = z
  .string()
  .transform((text) => (URL.canParse(text) ? new URL(text) : undefined))
  .refine((url) => url !== undefined && /^https?:$/.test(url.protocol), {
    error: "must be an absolute URL, such as https://login.microsoftonline.com",
    abort: true,
  })
  .refine((url) => url?.protocol !== "http:" || LOOPBACK_HOSTS.has(url.hostname), {
    error: "must be https; http is accepted on localhost and 127.0.0.1 only",
    abort: true,
  })
  .refine((url) => url === undefined || url.href === `${url.origin}/`, {
    error: "must be an origin alone, without a path, a query or a user",
  })
  .transform((url) => url?.origin ?? "");

const schema = z.object({
  PAYROLL_API_PORT: z
    .string()
    .regex(/^\d{1,5}$/, PORT_PROBLEM)
    .transform(Number)
    .refine((port) => port <= 65_535, PORT_PROBLEM)
    .default(3001),
  // An API that changes its identifier accepts the old and the new one for a while.
  PAYROLL_API_AUDIENCE: required("what the `aud` of an access token for this API is")
    .transform((text) => text.split(",").map((each) => each.trim()))
    .refine((list) => list.every((each) => /^[^\s"]+$/.test(each)), {
      error: "must be the API's client id or App ID URI; several are separated by commas",
    }),
  CLOUD_INSTANCE: cloudInstance.default("https://login.microsoftonline.com"),
  // `common` and its like have keys and an issuer for everybody: any tenant could mint tokens.
  TENANT_ID: required("the tenant id or domain").regex(
    /^(?!(?:common|organizations|consumers)$)[a-z0-9][a-z0-9.-]{0,252}$/i,
    "must be one tenant's id or domain",
  ),
  LOG_LEVEL: z.enum(LOG_LEVELS, `must be one of ${LOG_LEVELS.join(", ")}`).default("info"),
});

/**
 * Reads the Payroll API's settings. An empty value counts as unset.
 *
 * `PAYROLL_API_AUDIENCE` is what Entra puts into `aud`: in v2.0 tokens the API's client id (a GUID).
 *
 * @throws {@link ConfigError} that lists every problem and echoes no value.
 */
export function readPayrollApiConfig(
  env: Readonly<Record<string, string | undefined>>,
): PayrollApiConfig {
  const given = Object.entries(env)
    .map(([name, value]) => [name, value?.trim()] as const)
    .filter(([, value]) => value);
  const parsed = schema.safeParse(Object.fromEntries(given));
  if (!parsed.success) {
    const problems = parsed.error.issues.map(({ path, message }) => `${path.join(".")} ${message}`);
    throw new ConfigError(problems);
  }
  return Object.freeze({
    port: parsed.data.PAYROLL_API_PORT,
    cloudInstance: parsed.data.CLOUD_INSTANCE,
    tenantId: parsed.data.TENANT_ID,
    audience: parsed.data.PAYROLL_API_AUDIENCE,
    logLevel: parsed.data.LOG_LEVEL,
  });
}

function required(what: string) {
  return z.string({ error: `is missing: ${what}` });
}
