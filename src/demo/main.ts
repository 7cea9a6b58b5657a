import { loadEnvFile } from "../config/env-file.js";
import { createLogger } from "../log.js";
import { requireFreePorts } from "../server/free-ports.js";
import { runUntilStopped } from "../server/run-until-stopped.js";
import { describePeople, startSandboxActors } from "./actors.js";
import { CALLBACKS, describeClients } from "./client-settings.js";
import { actorPorts } from "./ports.js";
import { readSandboxSetup } from "./settings.js";

/** Runs the sandbox and the Payroll API for another app, without the web app: `npm run sandbox`. */
await runUntilStopped(async () => {
  loadEnvFile(process.env);
  const setup = readSandboxSetup(process.env);
  await requireFreePorts(actorPorts(setup), "npm run sandbox");
  const log = createLogger(setup.web.logLevel);
  const actors = await startSandboxActors(setup, log, CALLBACKS);
  const payrollUrl = setup.webSettings["PAYROLL_API_URL"] ?? "";
  const lines = [
    "The sandbox and the Payroll API are running. Use these settings in your app:",
    "",
    ...Object.entries(setup.webSettings).map(([name, value]) => `${name}=${value}`),
    `REDIRECT_URI=${setup.web.redirectUri}`,
    `POST_LOGOUT_REDIRECT_URI=${setup.web.postLogoutRedirectUri}`,
    "",
    ...describeClients(actors.sandbox),
    "",
    ...describePeople(actors.sandbox),
    "",
    `Try first: sign in as Ada and send her token to ${payrollUrl}/payslips; it asks for c1.`,
    `Simulated Entra ID. Open sandbox controls: ${actors.sandbox.url}/`,
    "Stop with Ctrl-C.",
  ];
  process.stdout.write(`${lines.join("\n")}\n`);
  return { ...actors, log };
});
