import { z } from "zod";
import {
  baseUrl,
  httpUrl,
  lowerCaseGuids,
  logLevel,
  originUrl,
  port,
  proxyUrl,
  requiredText,
  tenantId,
  wholeNumber,
} from "./formats.js";
import { redisUrls } from "./redis-urls.js";

const MIN_SECRET_LENGTH = 32;
const MAX_PROXIES = 16;
const MAX_SHUTDOWN_DELAY_SECONDS = 300;

/** Describes each setting; the table in the README and `.env.example` list the same names. */
export const settingsSchema = z.object({
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
  MEMORY_STORE_MAX_MEGABYTES: wholeNumber("must be a number of megabytes, such as 256", 1_000_000)
    .refine((value) => value > 0, "must be at least 1")
    .default(256),
  TRUST_PROXY: wholeNumber(
    "must be the number of reverse proxies in front, such as 1",
    MAX_PROXIES,
  ).default(0),
  RATE_LIMIT_PER_MINUTE: wholeNumber("must be a number of requests, such as 300", 1_000_000)
    .refine((value) => value > 0, "must be at least 1")
    .default(300),
  SHUTDOWN_DELAY_SECONDS: wholeNumber(
    `must be a number of seconds, at most ${MAX_SHUTDOWN_DELAY_SECONDS}`,
    MAX_SHUTDOWN_DELAY_SECONDS,
  ).default(0),
  HTTPS_PROXY: proxyUrl.optional(),
  NO_PROXY: z.string().default(""),
  TRACE: z.enum(["on", "off"], { error: "must be on or off" }).default("off"),
  LOG_LEVEL: logLevel,
});

/** Names of all settings of the web app. */
export const SETTING_NAMES: readonly string[] = Object.keys(settingsSchema.shape);
