import type { Logger } from "../log.js";
import { startPayrollApi } from "../payroll-api/start-payroll-api.js";
import { startOnPort } from "../server/http-server.js";
import type { Closable } from "../server/run-until-stopped.js";
import type { SandboxSetup } from "./settings.js";
import { type RunningSandbox, startSandbox } from "../sandbox/start-sandbox.js";

/** The sandbox and the Payroll API, running. */
export interface SandboxActors extends Closable {
  readonly sandbox: RunningSandbox;
}

/**
 * Starts the two actors that stand in for a tenant.
 *
 * @throws Error that names the setting when a port cannot be had.
 */
export async function startSandboxActors(setup: SandboxSetup, log: Logger): Promise<SandboxActors> {
  const { web, payroll, webSettings } = setup;
  const sandbox = await startOnPort("SANDBOX_PORT", () =>
    startSandbox({
      ...setup.sandbox,
      redirectUris: [web.redirectUri],
      postLogoutRedirectUris: [web.postLogoutRedirectUri],
      eventReceivers: [`${webSettings.PAYROLL_API_URL ?? ""}/events`],
      webAppUrl: web.baseUrl,
      log,
    }),
  );
  const payrollApi = await startOnPort("PAYROLL_API_PORT", () =>
    startPayrollApi({ ...payroll, log }),
  );
  return {
    sandbox,
    close: async () => {
      await payrollApi.close();
      await sandbox.close();
    },
  };
}

/** Gives the lines that say who can sign in. */
export function describePeople({ people }: RunningSandbox): string[] {
  const width = Math.max(...people.map((each) => each.username.length));
  return [
    `Who can sign in (password: ${people[0]?.password ?? ""}):`,
    ...people.map((each) => `  ${each.username.padEnd(width)}  ${each.note}`),
  ];
}
