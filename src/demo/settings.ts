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
  const given = withoutEmpty(env);
  const sandbox = attempt(() => readSandboxConfig(env), problems);
  const tenant = tenantSettings(sandbox);
  const base = { LOG_LEVEL: "warn", TRACE: "on", ...given, ...tenant };
  const payroll = attempt(
    () => readPayrollApiConfig({ ...base, PAYROLL_API_AUDIENCE: PAYROLL_AUDIENCE }),
    problems,
  );
  const webSettings = webSettingsFor(tenant, payroll);
  const samePorts = describeSamePorts(given.PORT, payroll, sandbox);
  for (const problem of samePorts) problems.add(problem);
  // Otherwise the web app would be blamed for the addresses that follow from the ports.
  const ownPort = samePorts.length === 0 ? {} : { PORT: "0" };
  // A new secret at each start ends old sessions; the sandbox keeps nothing between starts either.
  const hidden = { ...NO_OTHER_CREDENTIAL, SESSION_SECRET: randomBytes(32).toString("hex") };
  const web = attempt(
    () => readConfig({ ...base, ...webSettings, ...hidden, ...ownPort }),
    problems,
  );
  if (web === undefined || payroll === undefined || sandbox === undefined || problems.size > 0) {
    throw new ConfigError([...problems]);
  }
  return { web, payroll, sandbox, webSettings };
}

const NO_OTHER_CREDENTIAL = {
  CLIENT_CERTIFICATE_PATH: "",
  CLIENT_PRIVATE_KEY_PATH: "",
  MANAGED_IDENTITY_CLIENT_ID: "",
};

function tenantSettings(sandbox: SandboxConfig | undefined) {
  const { publicUrl, port = 3002 } = sandbox ?? {};
  return { CLOUD_INSTANCE: publicUrl ?? `http://127.0.0.1:${port}`, TENANT_ID };
}

function webSettingsFor(
  tenant: ReturnType<typeof tenantSettings>,
  payroll: PayrollApiConfig | undefined,
) {
  return {
    ...tenant,
    CLIENT_ID,
    CLIENT_SECRET,
    GRAPH_API_ENDPOINT: tenant.CLOUD_INSTANCE,
    PAYROLL_API_URL: `http://localhost:${payroll?.port ?? 3001}`,
    PAYROLL_API_SCOPES: PAYROLL_SCOPES.join(" "),
  };
}

/** Returns a sentence for each port that several have; 0 is a free one for each. */
function describeSamePorts(
  webPort = "3000",
  payroll: PayrollApiConfig | undefined,
  sandbox: SandboxConfig | undefined,
): string[] {
  const ports: Readonly<Record<string, number>> = {
    PORT: Number(webPort),
    PAYROLL_API_PORT: payroll?.port ?? 0,
    SANDBOX_PORT: sandbox?.port ?? 0,
  };
  const values = new Set(Object.values(ports).filter((port) => port > 0));
  return [...values].flatMap((value) => {
    const names = Object.keys(ports).filter((name) => ports[name] === value);
    return names.length < 2 ? [] : [`${names.join(" and ")} must be different ports`];
  });
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
