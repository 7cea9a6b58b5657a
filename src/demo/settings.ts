import { randomBytes } from "node:crypto";
import { type Config, readConfig } from "../config/config.js";
import { ConfigError } from "../errors.js";
import { type PayrollApiConfig, readPayrollApiConfig } from "../payroll-api/config.js";
import { readSandboxConfig, type SandboxConfig } from "../sandbox/config.js";
import {
  CLIENT_ID,
  CLIENT_SECRET,
  PAYROLL_AUDIENCE,
  PAYROLL_SCOPES,
  TENANT_ID,
} from "../sandbox/registration.js";

type Environment = Readonly<Record<string, string | undefined>>;

/** What each of the three actors is told when the sandbox stands in for a tenant. */
export interface SandboxSetup {
  readonly web: Config;
  readonly payroll: PayrollApiConfig;
  readonly sandbox: SandboxConfig;
  /** What a web app must be told to use the other two, by the names of its settings. */
  readonly webSettings: Readonly<Record<string, string>>;
}

/**
 * Reads the settings of all three actors. Addresses, ports and the log's level may be set; the
 * tenant, the client and the secrets are the sandbox's.
 *
 * @throws ConfigError with every problem of all three, and always in production.
 */
export function readSandboxSetup(env: Environment): SandboxSetup {
  const problems = new Set<string>();
  const sandbox = attempt(() => readSandboxConfig(env), problems);
  const tenant = {
    CLOUD_INSTANCE: sandbox?.publicUrl ?? `http://127.0.0.1:${sandbox?.port ?? 3002}`,
    TENANT_ID,
  };
  const base = { LOG_LEVEL: "warn", ...withoutEmpty(env), ...tenant };
  const payroll = attempt(
    () => readPayrollApiConfig({ ...base, PAYROLL_API_AUDIENCE: PAYROLL_AUDIENCE }),
    problems,
  );
  const webSettings = {
    ...tenant,
    CLIENT_ID,
    CLIENT_SECRET,
    GRAPH_API_ENDPOINT: tenant.CLOUD_INSTANCE,
    PAYROLL_API_URL: `http://localhost:${payroll?.port ?? 3001}`,
    PAYROLL_API_SCOPES: PAYROLL_SCOPES.join(" "),
  };
  // Fresh with each start: the sandbox forgets everybody at its end, and so do the sessions.
  const SESSION_SECRET = randomBytes(32).toString("hex");
  const otherCredentials = {
    CLIENT_CERTIFICATE_PATH: "",
    CLIENT_PRIVATE_KEY_PATH: "",
    MANAGED_IDENTITY_CLIENT_ID: "",
  };
  const web = attempt(
    () => readConfig({ ...base, ...otherCredentials, ...webSettings, SESSION_SECRET }),
    problems,
  );
  if (web === undefined || payroll === undefined || sandbox === undefined) {
    throw new ConfigError([...problems]);
  }
  return { web, payroll, sandbox, webSettings };
}

function attempt<Value>(read: () => Value, problems: Set<string>): Value | undefined {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    for (const problem of error.problems) problems.add(problem);
    return undefined;
  }
}

function withoutEmpty(env: Environment): Environment {
  return Object.fromEntries(Object.entries(env).filter(([, value]) => value?.trim() !== ""));
}
