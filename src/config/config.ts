import { z } from "zod";
import { authorityOrigins } from "../auth/authority/microsoft-clouds.js";
import type { ClientCredential } from "../auth/client-assertion.js";
import { readCredential } from "./client-credential.js";
import { describeConflicts } from "./conflicts.js";
import { ConfigError } from "../errors.js";
import {
  baseUrl,
  describeIssues,
  httpUrl,
  lowerCaseGuids,
  logLevel,
  originUrl,
  port,
  readSettings,
  requiredText,
  tenantId,
  wholeNumber,
} from "./formats.js";
import type { Environment } from "./formats.js";
import { redisUrls } from "./redis-urls.js";

const MIN_SECRET_LENGTH = 32;
const MAX_PROXIES = 16;

/** Describes each setting; the table in the README and `.env.example` list the same names. */
const schema = z.object({
  PORT: port.default(3000),
  BASE_URL: originUrl.optional(),
  CLOUD_INSTANCE: originUrl.default("https://login.microsoftonline.com"),
  TENANT_ID: tenantId,
  CLIENT_ID: requiredText("the application (client) id")
    .regex(/^[A-Za-z0-9-]{1,64}$/, "must be the application (client) id")
    .transform(lowerCaseGuids),
  CLIENT_SECRET: z.string().optional(),
  CLIENT_CERTIFICATE_PATH: z.string().optional(),
  CLIENT_PRIVATE_KEY_PATH: z.string().optional(),
  MANAGED_IDENTITY_CLIENT_ID: z.string().optional(),
  REDIRECT_URI: httpUrl.optional(),
  POST_LOGOUT_REDIRECT_URI: httpUrl.optional(),
  SESSION_SECRET: requiredText(`${MIN_SECRET_LENGTH} random characters or more`)
    .transform((text) => text.split(",").map((each) => each.trim()))
    .refine(
      (secrets) => secrets.every((each) => each.length >= MIN_SECRET_LENGTH),
      `must have ${MIN_SECRET_LENGTH} characters or more, each of them if there are several`,
    ),
  GRAPH_API_ENDPOINT: baseUrl.default("https://graph.microsoft.com"),
  PAYROLL_API_URL: baseUrl.optional(),
  PAYROLL_API_SCOPES: z
    .string()
    .transform((text) =>
      lowerCaseGuids(text)
        .split(/[\s,]+/)
        .filter((scope) => scope !== ""),
    )
    .refine((scopes) => scopes.length > 0, "must name one scope or more, separated by spaces")
    .optional(),
  REDIS_URL: redisUrls.optional(),
  TRUST_PROXY: wholeNumber(
    "must be the number of reverse proxies in front, such as 1",
    MAX_PROXIES,
  ).default(0),
  LOG_LEVEL: logLevel,
});

/** Names of all settings of the web app. */
export const SETTING_NAMES: readonly string[] = Object.keys(schema.shape);

/** A protected API that the web app calls. */
export interface ApiSettings {
  /** The name on pages; `ApiPage.api` refers to it. */
  readonly name: string;
  /** The address that paths are added to, without a trailing slash. */
  readonly url: string;
  /** The scopes of its access tokens. */
  readonly scopes: readonly string[];
  /** The setting that holds the address, for messages. */
  readonly setting?: string;
}

/** The settings of the web app, complete and checked. */
export interface Config {
  readonly port: number;
  /** The public origin, without a trailing slash. */
  readonly baseUrl: string;
  readonly authority: { readonly cloudInstance: string; readonly tenantId: string };
  readonly client: { readonly clientId: string; readonly credential: ClientCredential };
  readonly redirectUri: string;
  readonly postLogoutRedirectUri: string;
  /** The first one signs; cookies signed with any of them are accepted. */
  readonly sessionSecrets: readonly string[];
  readonly apis: readonly ApiSettings[];
  /** The scopes of a sign-in: those of Graph, so that its first call finds a token in the cache. */
  readonly signInScopes: readonly string[];
  /** One address, or nodes of a cluster; undefined for the memory of this process. */
  readonly redisUrls: readonly string[] | undefined;
  /** The number of reverse proxies in front. */
  readonly trustProxy: number;
  readonly logLevel: string;
}

/**
 * Reads the settings, and the files that they name.
 *
 * @throws ConfigError that lists every problem; it never contains a value.
 */
export function readConfig(env: Environment): Config {
  const given = readSettings(env, SETTING_NAMES);
  const parsed = schema.safeParse(given);
  const credential = readCredential(given);
  const problems = [
    ...describeIssues(parsed.error),
    ...credential.problems,
    ...crossProblems(given),
    ...describeConflicts(given, wrongNames(parsed.error)),
  ];
  if (!parsed.success || credential.credential === undefined || problems.length > 0) {
    throw new ConfigError(problems);
  }
  return configOf(parsed.data, credential.credential);
}

function wrongNames(error: z.ZodError | undefined): string[] {
  return (error?.issues ?? []).map(({ path }) => path.join("."));
}

/** Returns the problems of settings that are valid one by one. */
function crossProblems(given: Environment): string[] {
  const problems: string[] = [];
  if ((given.PAYROLL_API_URL === undefined) !== (given.PAYROLL_API_SCOPES === undefined)) {
    problems.push("PAYROLL_API_URL and PAYROLL_API_SCOPES go together: set both or neither");
  }
  return problems;
}

function configOf(settings: z.infer<typeof schema>, credential: ClientCredential): Config {
  const origin = settings.BASE_URL ?? `http://localhost:${settings.PORT}`;
  const { PAYROLL_API_URL: url, PAYROLL_API_SCOPES: scopes } = settings;
  const graph: ApiSettings = {
    name: "Microsoft Graph",
    url: settings.GRAPH_API_ENDPOINT,
    scopes: ["User.Read"],
    setting: "GRAPH_API_ENDPOINT",
  };
  const apis = [graph];
  if (url !== undefined && scopes !== undefined) {
    apis.push({ name: "Payroll API", url, scopes, setting: "PAYROLL_API_URL" });
  }
  return Object.freeze({
    port: settings.PORT,
    baseUrl: origin,
    authority: { cloudInstance: settings.CLOUD_INSTANCE, tenantId: settings.TENANT_ID },
    client: { clientId: settings.CLIENT_ID, credential },
    redirectUri: settings.REDIRECT_URI ?? `${origin}/redirect`,
    postLogoutRedirectUri: settings.POST_LOGOUT_REDIRECT_URI ?? `${origin}/`,
    sessionSecrets: settings.SESSION_SECRET,
    apis,
    signInScopes: graph.scopes,
    redisUrls: settings.REDIS_URL,
    trustProxy: settings.TRUST_PROXY,
    logLevel: settings.LOG_LEVEL,
  });
}

/**
 * Returns the addresses whose origins the web app may contact: the authority under the names that its
 * cloud has, and the APIs.
 */
export function outboundAddresses({ authority, apis }: Config): readonly string[] {
  return [...authorityOrigins(authority), ...apis.map(({ url }) => url)];
}
