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

/** Settings of the web app, the Payroll API and the sandbox, when the sandbox replaces a tenant. */
export interface SandboxSetup {
  readonly web: Config;
  readonly payroll: PayrollApiConfig;
  readonly sandbox: SandboxConfig;
  /** The settings that connect a web app to the Payroll API and the sandbox. */
  readonly webSettings: Readonly<Record<string, string>>;
}

/**
 * Reads the settings of all three. Addresses, ports and the log level come from the environment;
 * the tenant, the client and its secret are those of the sandbox.
 *
 * @throws ConfigError that lists every problem of all three; in production it always throws.
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
  // A new secret at each start ends old sessions; the sandbox keeps nothing between starts either.
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
