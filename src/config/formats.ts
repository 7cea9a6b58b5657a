import { z } from "zod";

/** Settings by name, as `process.env` holds them. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Hosts of this machine. Plain http is accepted only for them. */
const LOOPBACK_HOSTS: ReadonlySet<string> = new Set(["localhost", "127.0.0.1", "[::1]"]);

/** Returns whether a host is this machine under one of its names. */
export function isLoopbackHost(hostname: string): boolean {
  return LOOPBACK_HOSTS.has(hostname) || /\.localhost$|^127(?:\.\d+){3}$/.test(hostname);
}

/** Accepts an absolute URL: https, or http on this machine. */
export const httpUrl = z.string().transform((text, context) => {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) {
    context.addIssue("must be an absolute URL, such as https://example.com");
    return z.NEVER;
  }
  if (url.protocol === "http:" && !LOOPBACK_HOSTS.has(url.hostname)) {
    context.addIssue("must be https; http is accepted on localhost and 127.0.0.1 only");
    return z.NEVER;
  }
  if (url.username !== "" || url.password !== "" || url.hash !== "" || url.search !== "") {
    context.addIssue("must hold neither a user, a password, a query nor a fragment");
    return z.NEVER;
  }
  return url.href;
});

/** Accepts a URL that paths are added to, and removes its trailing slash. */
export const baseUrl = httpUrl.transform((href) => href.replace(/\/+$/, ""));

/** Accepts an origin (scheme, host and port), with or without a trailing slash. */
export const originUrl = httpUrl.transform((href, context) => {
  const url = new URL(href);
  if (url.pathname === "/") return url.origin;
  context.addIssue("must be an origin, without a path");
  return z.NEVER;
});

/** Accepts the address of a proxy for calls out, with a user and a password if it needs them. */
export const proxyUrl = z.string().transform((text, context) => {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isUrl = url !== undefined && /^https?:$/.test(url.protocol) && url.pathname === "/";
  if (isUrl && isPercentEncoded(url.username + url.password)) return url.href;
  context.addIssue("must be the URL of a proxy, such as http://proxy.example.com:8080");
  return z.NEVER;
});

function isPercentEncoded(text: string): boolean {
  try {
    decodeURIComponent(text);
    return true;
  } catch {
    return false;
  }
}

/** Returns whether the process runs in production, with whatever case and blanks that is set. */
export function isProduction(env: Environment): boolean {
  return env.NODE_ENV?.trim().toLowerCase() === "production";
}

/** Accepts a port number; 0 stands for any free port. */
export const port = wholeNumber("must be a port number, such as 3000", 65_535);

/**
 * Accepts the id or domain of one tenant. `common`, `organizations` and `consumers` stand for many
 * tenants, and each of these could issue tokens.
 */
export const tenantId = requiredText("the tenant id or domain")
  .regex(
    /^(?!(?:common|organizations|consumers)$)[a-z0-9][a-z0-9.-]{0,252}$/i,
    "must be one tenant's id or domain",
  )
  .transform((text) => text.toLowerCase());

const GUID = /\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/gi;

/** Returns a text with its GUIDs in lower case, as Entra writes them in tokens and metadata. */
export function lowerCaseGuids(text: string): string {
  return text.replace(GUID, (guid) => guid.toLowerCase());
}

/** Accepts the lowest level that is logged. */
export const logLevel = z
  .enum(["fatal", "error", "warn", "info", "debug", "trace", "silent"], {
    error: "must be fatal, error, warn, info, debug, trace or silent",
  })
  .default("info");

/** Returns the format of a whole number from 0 to `max`. */
export function wholeNumber(message: string, max: number) {
  return z
    .string()
    .regex(/^\d{1,9}$/, message)
    .transform(Number)
    .refine((value) => value <= max, message);
}

/** Returns the format of a text that must be set; `what` describes it in the message. */
export function requiredText(what: string) {
  return z.string({ error: `is missing: ${what}` });
}

/** Returns the trimmed value of each named setting that is set; an empty one counts as not set. */
export function readSettings(
  env: Environment,
  names: readonly string[],
): Readonly<Record<string, string>> {
  const given: Record<string, string> = {};
  for (const name of names) {
    const value = env[name]?.trim() ?? "";
    if (value !== "") given[name] = value;
  }
  return given;
}

/** Returns one sentence for each problem; it begins with the name of the setting. */
export function describeIssues(error: z.ZodError | undefined): string[] {
  return (error?.issues ?? []).map(({ path, message }) => `${path.join(".")} ${message}`);
}
