import { z } from "zod";
import { ConfigError } from "../errors.js";

/** The sandbox's own settings. */
export interface SandboxConfig {
  readonly port: number;
  /** The public origin, when it is not `http://127.0.0.1:<port>`. */
  readonly publicUrl?: string;
}

const DEFAULT_PORT = "3002";
const LOOPBACK_HOSTS: ReadonlySet<string> = new Set(["127.0.0.1", "localhost", "[::1]"]);

const portSchema = z
  .string()
  .regex(/^[0-9]{1,5}$/)
  .transform(Number)
  .refine((port) => port <= 65_535);

/**
 * Reads the sandbox's settings from the environment. An empty variable counts as one that is not set.
 *
 * @throws {@link ConfigError} that lists every problem; always when `NODE_ENV` is `production`.
 */
export function readSandboxConfig(
  env: Readonly<Record<string, string | undefined>>,
): SandboxConfig {
  const port = portSchema.safeParse(env.SANDBOX_PORT?.trim() || DEFAULT_PORT);
  const publicUrl = env.SANDBOX_URL?.trim() || undefined;
  const problems = [
    ...findProductionProblem(env.NODE_ENV),
    ...(port.success ? [] : ["SANDBOX_PORT must be a port number, 0 to 65535"]),
    ...(publicUrl === undefined ? [] : findUrlProblem(publicUrl)),
  ];
  if (problems.length > 0 || !port.success) throw new ConfigError(problems);
  return { port: port.data, ...(publicUrl !== undefined && { publicUrl }) };
}

/** Says why the sandbox does not start in production; it lets anybody sign in as anybody. */
export function findProductionProblem(nodeEnv: string | undefined): readonly string[] {
  if (nodeEnv !== "production") return [];
  return [
    "NODE_ENV is production, where the sandbox never runs: set TENANT_ID to use a real tenant",
  ];
}

/** Says what is wrong with a public origin. Plain HTTP stays on this machine. */
export function findUrlProblem(text: string): readonly string[] {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !["http:", "https:"].includes(url.protocol)) {
    return ["SANDBOX_URL must be an absolute URL, such as http://127.0.0.1:3002"];
  }
  if (url.href !== `${url.origin}/`) return ["SANDBOX_URL must be an origin, without a path"];
  if (url.protocol === "http:" && !LOOPBACK_HOSTS.has(url.hostname)) {
    return ["SANDBOX_URL may use http on loopback hosts only"];
  }
  return [];
}
