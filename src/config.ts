import { z } from "zod";
import { ConfigError } from "./errors.js";

const LOOPBACK_HOSTS = new Set(["localhost", "127.0.0.1", "[::1]"]);
const MIN_SECRET_LENGTH = 32;

const httpUrl = z.string().transform((text, context) => {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) {
    context.addIssue("must be an absolute URL, such as https://example.com");
    return z.NEVER;
  }
  if (url.protocol === "http:" && !LOOPBACK_HOSTS.has(url.hostname)) {
    context.addIssue("must be https; http is accepted on localhost and 127.0.0.1 only");
    return z.NEVER;
  }
  if (url.username !== "" || url.password !== "" || url.hash !== "") {
    context.addIssue("must hold neither a user, a password nor a fragment");
    return z.NEVER;
  }
  return url.href;
});

/** An origin or base address, without the trailing slash. */
const baseUrl = httpUrl.transform((href) => href.replace(/\/+$/, ""));

function required(what: string) {
  return z.string({ error: `is missing: ${what}` });
}

/** The settings by name; the README's table and .env.example list the same. */
const schema = z.object({
  PORT: z.coerce
    .number({ error: "must be a port number, such as 3000" })
    .int("must be a port number, such as 3000")
    .min(0, "must be a port number, such as 3000")
    .max(65_535, "must be a port number, such as 3000")
    .default(3000),
  BASE_URL: baseUrl.optional(),
  CLOUD_INSTANCE: baseUrl.default("https://login.microsoftonline.com"),
  TENANT_ID: required("the tenant id or domain").regex(
    /^(?!(common|organizations|consumers)$)[A-Za-z0-9][A-Za-z0-9.-]{0,252}$/,
    "must be one tenant's id or domain",
  ),
  CLIENT_ID: required("the application (client) id").regex(
    /^[A-Za-z0-9-]{1,64}$/,
    "must be the application (client) id",
  ),
  CLIENT_SECRET: required("the client secret's value"),
  REDIRECT_URI: httpUrl.optional(),
  POST_LOGOUT_REDIRECT_URI: httpUrl.optional(),
  SESSION_SECRET: required(`${MIN_SECRET_LENGTH} random characters or more`)
    .transform((text) => text.split(",").map((each) => each.trim()))
    .refine(
      (secrets) => secrets.every((each) => each.length >= MIN_SECRET_LENGTH),
      `must have ${MIN_SECRET_LENGTH} characters or more, each of them if there are several`,
    ),
  GRAPH_API_ENDPOINT: baseUrl.default("https://graph.microsoft.com"),
  PAYROLL_API_URL: baseUrl.optional(),
  PAYROLL_API_SCOPES: z
    .string()
    .transform((text) => text.split(/[\s,]+/).filter((scope) => scope !== ""))
    .optional(),
  TRUST_PROXY: z.coerce
    .number({ error: "must be how many proxies stand in front, such as 1" })
    .int("must be how many proxies stand in front, such as 1")
    .min(0, "must be how many proxies stand in front, such as 1")
    .default(0),
  LOG_LEVEL: z
    .enum(["fatal", "error", "warn", "info", "debug", "trace", "silent"], {
      error: "must be fatal, error, warn, info, debug, trace or silent",
    })
    .default("info"),
});

/** Names of all settings of the web app. */
export const SETTING_NAMES: readonly string[] = Object.keys(schema.shape);

/** What the web app is told, complete and checked. */
export interface Config {
  readonly port: number;
  /** The public origin, without a trailing slash. */
  readonly baseUrl: string;
  readonly authority: { readonly cloudInstance: string; readonly tenantId: string };
  readonly client: { readonly clientId: string; readonly clientSecret: string };
  readonly redirectUri: string;
  readonly postLogoutRedirectUri: string;
  /** The first signs; all are accepted. */
  readonly sessionSecrets: readonly string[];
  readonly graphApiEndpoint: string;
  readonly payroll?: { readonly url: string; readonly scopes: readonly string[] };
  /** How many proxies in front are believed. */
  readonly trustProxy: number;
  readonly logLevel: string;
}

/**
 * Reads the settings.
 *
 * @throws ConfigError with every problem at once; it never echoes a value.
 */
export function readConfig(env: Readonly<Record<string, string | undefined>>): Config {
  const given = Object.fromEntries(
    SETTING_NAMES.map((name) => [name, env[name]?.trim()] as const).filter(
      ([, value]) => value !== undefined && value !== "",
    ),
  );
  const parsed = schema.safeParse(given);
  const problems = parsed.error?.issues.map((each) => `${each.path.join(".")} ${each.message}`);
  const all = [...(problems ?? []), ...crossProblems(given, env)];
  if (!parsed.success || all.length > 0) throw new ConfigError(all);
  return configOf(parsed.data);
}

/** What no setting can know of itself. */
function crossProblems(
  given: Readonly<Record<string, string | undefined>>,
  env: Readonly<Record<string, string | undefined>>,
): string[] {
  const problems: string[] = [];
  if ((given.PAYROLL_API_URL === undefined) !== (given.PAYROLL_API_SCOPES === undefined)) {
    problems.push("PAYROLL_API_URL and PAYROLL_API_SCOPES go together: set both or neither");
  }
  const { BASE_URL: base } = given;
  if (base !== undefined && URL.canParse(base) && new URL(base).pathname !== "/") {
    problems.push("BASE_URL must be an origin, without a path");
  }
  if (env.REDIS_URL !== undefined && env.REDIS_URL !== "") {
    problems.push("REDIS_URL is not supported yet: state lives in this process");
  }
  return problems;
}

function configOf(settings: z.infer<typeof schema>): Config {
  const origin = settings.BASE_URL ?? `http://localhost:${settings.PORT}`;
  const { PAYROLL_API_URL: url, PAYROLL_API_SCOPES: scopes } = settings;
  return Object.freeze({
    port: settings.PORT,
    baseUrl: origin,
    authority: { cloudInstance: settings.CLOUD_INSTANCE, tenantId: settings.TENANT_ID },
    client: { clientId: settings.CLIENT_ID, clientSecret: settings.CLIENT_SECRET },
    redirectUri: settings.REDIRECT_URI ?? `${origin}/redirect`,
    postLogoutRedirectUri: settings.POST_LOGOUT_REDIRECT_URI ?? `${origin}/`,
    sessionSecrets: settings.SESSION_SECRET,
    graphApiEndpoint: settings.GRAPH_API_ENDPOINT,
    ...(url !== undefined && scopes !== undefined && { payroll: { url, scopes } }),
    trustProxy: settings.TRUST_PROXY,
    logLevel: settings.LOG_LEVEL,
  });
}
