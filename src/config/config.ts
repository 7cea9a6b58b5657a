import type { z } from "zod";
import { authorityOrigins } from "../auth/authority/microsoft-clouds.js";
import type { ClientCredential } from "../auth/client-assertion.js";
import { readCredential } from "./client-credential.js";
import { describeConflicts } from "./conflicts.js";
import { ConfigError } from "../errors.js";
import { describeIssues, isProduction, readSettings } from "./formats.js";
import type { Environment } from "./formats.js";
import { SETTING_NAMES, settingsSchema } from "./settings-schema.js";

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
  /** What the state may take in the memory of this process, when it is there. */
  readonly memoryStoreMaxMegabytes: number;
  /** The number of reverse proxies in front. */
  readonly trustProxy: number;
  /** Requests a minute to `/signin` and `/redirect` from one address that is not signed in. */
  readonly rateLimitPerMinute: number;
  /** How long the app reports that it is not ready before it drains. */
  readonly shutdownDelaySeconds: number;
  /** The proxy for calls to https addresses, and the hosts that are called without it. */
  readonly proxy: { readonly url: string; readonly except: string } | undefined;
  /** Keeps what a session exchanged, for `/trace`. */
  readonly trace: boolean;
  readonly logLevel: string;
}

/**
 * Reads the settings, and the files that they name.
 *
 * @throws ConfigError that lists every problem; it never contains a value.
 */
export function readConfig(env: Environment): Config {
  const given = readSettings(env, SETTING_NAMES);
  const parsed = settingsSchema.safeParse(given);
  const credential = readCredential(given);
  const problems = [
    ...describeIssues(parsed.error),
    ...credential.problems,
    ...crossProblems(given, env),
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
function crossProblems(given: Environment, env: Environment): string[] {
  const problems: string[] = [];
  if ((given.PAYROLL_API_URL === undefined) !== (given.PAYROLL_API_SCOPES === undefined)) {
    problems.push("PAYROLL_API_URL and PAYROLL_API_SCOPES go together: set both or neither");
  }
  if (given.TRACE === "on" && isProduction(env)) {
    problems.push("TRACE must be off in production: it keeps what people exchanged");
  }
  if (env.NODE_TLS_REJECT_UNAUTHORIZED?.trim() === "0") {
    const instead = "set NODE_EXTRA_CA_CERTS to the file of a private CA";
    problems.push(`NODE_TLS_REJECT_UNAUTHORIZED=0 lets anybody impersonate Entra ID: ${instead}`);
  }
  return problems;
}

function configOf(settings: z.infer<typeof settingsSchema>, credential: ClientCredential): Config {
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
    memoryStoreMaxMegabytes: settings.MEMORY_STORE_MAX_MEGABYTES,
    trustProxy: settings.TRUST_PROXY,
    rateLimitPerMinute: settings.RATE_LIMIT_PER_MINUTE,
    shutdownDelaySeconds: settings.SHUTDOWN_DELAY_SECONDS,
    proxy: proxyOf(settings),
    trace: settings.TRACE === "on",
    logLevel: settings.LOG_LEVEL,
  });
}

function proxyOf({ HTTPS_PROXY: url, NO_PROXY: except }: z.infer<typeof settingsSchema>) {
  return url === undefined ? undefined : { url, except };
}

/**
 * Returns the addresses whose origins the web app may contact: the authority under the names that its
 * cloud has, and the APIs.
 */
export function outboundAddresses({ authority, apis }: Config): readonly string[] {
  return [...authorityOrigins(authority), ...apis.map(({ url }) => url)];
}
