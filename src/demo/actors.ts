import type { Logger } from "../log.js";
import { startPayrollApi } from "../payroll-api/start-payroll-api.js";
import { startOnPort } from "../server/http-server.js";
import type { Closable } from "../server/run-until-stopped.js";
import type { SandboxSetup } from "./settings.js";
import { type RunningSandbox, startSandbox } from "../sandbox/start-sandbox.js";

/** The running sandbox and Payroll API. */
export interface SandboxActors extends Closable {
  readonly sandbox: RunningSandbox;
}

/**
 * Starts the sandbox and the Payroll API. `otherRedirectUris` are registered besides the web app's.
 *
 * @throws Error with the name of the setting when a port is not available.
 */
export async function startSandboxActors(
  setup: SandboxSetup,
  log: Logger,
  otherRedirectUris: readonly string[] = [],
): Promise<SandboxActors> {
  const { web, payroll, webSettings } = setup;
  const sandbox = await startOnPort("SANDBOX_PORT", () =>
    startSandbox({
      ...setup.sandbox,
      redirectUris: [web.redirectUri, ...otherRedirectUris],
      postLogoutRedirectUris: [web.postLogoutRedirectUri],
      frontChannelLogoutUri: `${web.baseUrl}/frontchannel-logout`,
      eventReceivers: [`${webSettings.PAYROLL_API_URL ?? ""}/events`],
      webAppUrl: web.baseUrl,
      log,
    }),
  );
  const payrollApi = await startOnPort("PAYROLL_API_PORT", () =>
    startPayrollApi({ ...payroll, before: sandbox.payrollFault, log }),
  );
  return {
    sandbox,
    close: async () => {
      await payrollApi.close();
      await sandbox.close();
    },
  };
}

/** Returns the lines of text that list the people and their password. */
export function describePeople({ people }: RunningSandbox): string[] {
  const width = Math.max(...people.map((each) => each.username.length));
  return [
    `Who can sign in (password: ${people[0]?.password ?? ""}):`,
    ...people.map((each) => `  ${each.username.padEnd(width)}  ${each.note}`),
  ];
}
