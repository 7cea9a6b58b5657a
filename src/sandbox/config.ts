import { z } from "zod";
import {
  describeIssues,
  type Environment,
  isProduction,
  originUrl,
  port,
  readSettings,
} from "../config/formats.js";
import { ConfigError } from "../errors.js";

/** The sandbox's own settings. */
export interface SandboxConfig {
  readonly port: number;
  /** The public origin, when it is not `http://127.0.0.1:<port>`. */
  readonly publicUrl?: string;
}

const schema = z.object({
  NODE_ENV: z
    .string()
    .refine(
      (name) => !isProduction({ NODE_ENV: name }),
      "is production, where the sandbox never runs: set TENANT_ID to use a real tenant",
    )
    .optional(),
  SANDBOX_PORT: port.default(3002),
  SANDBOX_URL: originUrl.optional(),
});

/**
 * Reads the sandbox's settings from the environment. An empty variable counts as not set.
 *
 * @throws {@link ConfigError} that lists every problem; always when `NODE_ENV` is `production`,
 * because the sandbox lets anybody sign in as anybody.
 */
export function readSandboxConfig(env: Environment): SandboxConfig {
  const { data, error } = schema.safeParse(readSettings(env, Object.keys(schema.shape)));
  if (data === undefined) throw new ConfigError(describeIssues(error));
  const { SANDBOX_PORT, SANDBOX_URL } = data;
  return { port: SANDBOX_PORT, ...(SANDBOX_URL !== undefined && { publicUrl: SANDBOX_URL }) };
}
