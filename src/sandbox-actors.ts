import { createLogger } from "./log.js";
import { startPayrollApi } from "./payroll-api/start-payroll-api.js";
import { ConfigError } from "./errors.js";
import { startOnPort } from "./process-lifecycle.js";
import type { Closable } from "./process-lifecycle.js";
import { readSandboxConfig } from "./sandbox/config.js";
import { startSandbox } from "./sandbox/start-sandbox.js";
import type { RunningSandbox } from "./sandbox/start-sandbox.js";

type Environment = Readonly<Record<string, string | undefined>>;

/** The sandbox and the Payroll API, running. */
export interface SandboxActors extends Closable {
  readonly sandbox: RunningSandbox;
  /** What a web app must be told to use them, by the names of its settings. */
  readonly settings: Readonly<Record<string, string>>;
}

/**
 * Starts the two actors that stand in for a tenant.
 *
 * @throws ConfigError for settings that do not fit, and always in production.
 */
export async function startSandboxActors(env: Environment): Promise<SandboxActors> {
  const config = readSandboxConfig(env);
  const payrollPort = readPayrollPort(env);
  const log = createLogger(env.LOG_LEVEL ?? "warn");
  const webAppUrl = env.BASE_URL ?? `http://localhost:${env.PORT ?? "3000"}`;
  const payrollUrl = `http://localhost:${payrollPort}`;
  const sandbox = await startOnPort("SANDBOX_PORT", () =>
    startSandbox({
      ...config,
      redirectUris: [env.REDIRECT_URI ?? `${webAppUrl}/redirect`],
      postLogoutRedirectUris: [env.POST_LOGOUT_REDIRECT_URI ?? `${webAppUrl}/`],
      eventReceivers: [`${payrollUrl}/events`],
      webAppUrl,
      log,
      ...(env.NODE_ENV !== undefined && { nodeEnv: env.NODE_ENV }),
    }),
  );
  const { tenantId, payrollAudience: audience } = sandbox;
  const payrollApi = await startOnPort("PAYROLL_API_PORT", () =>
    startPayrollApi({ port: payrollPort, cloudInstance: sandbox.url, tenantId, audience, log }),
  );
  return {
    sandbox,
    settings: {
      CLOUD_INSTANCE: sandbox.url,
      TENANT_ID: tenantId,
      CLIENT_ID: sandbox.clientId,
      CLIENT_SECRET: sandbox.clientSecret,
      GRAPH_API_ENDPOINT: sandbox.url,
      PAYROLL_API_URL: payrollUrl,
      PAYROLL_API_SCOPES: sandbox.payrollScopes.join(" "),
    },
    close: async () => {
      await payrollApi.close();
      await sandbox.close();
    },
  };
}

function readPayrollPort(env: Environment): number {
  const port = Number(env.PAYROLL_API_PORT?.trim() || "3001");
  if (Number.isInteger(port) && port > 0 && port <= 65_535) return port;
  throw new ConfigError(["PAYROLL_API_PORT must be a port number, such as 3001"]);
}

/** Gives the lines that say who can sign in. */
export function describePeople({ people }: RunningSandbox): string[] {
  const width = Math.max(...people.map((each) => each.username.length));
  return [
    `Who can sign in (password: ${people[0]?.password ?? ""}):`,
    ...people.map((each) => `  ${each.username.padEnd(width)}  ${each.note}`),
  ];
}
