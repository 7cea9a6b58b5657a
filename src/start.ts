import { readConfig } from "./config/config.js";
import { loadEnvFile } from "./config/env-file.js";
import { namesTenant } from "./config/tenant-choice.js";
import { createLogger } from "./log.js";
import { requireFreePorts } from "./server/free-ports.js";
import { startOnPort } from "./server/http-server.js";
import { type Program, runUntilStopped } from "./server/run-until-stopped.js";
import { describePeople, startSandboxActors } from "./demo/actors.js";
import { allPorts } from "./demo/ports.js";
import { readSandboxSetup } from "./demo/settings.js";
import { startWebServer } from "./web-server.js";

/** Runs the app with the configured tenant or, without one, with the sandbox: `npm start`. */
await runUntilStopped(async () => {
  loadEnvFile(process.env);
  return namesTenant(process.env) ? startWithTenant() : startWithSandbox();
});

async function startWithTenant(): Promise<Program> {
  const config = readConfig(process.env);
  const log = createLogger(config.logLevel);
  await requireFreePorts([{ setting: "PORT", port: config.port }], "npm start");
  const server = await startOnPort("PORT", () => startWebServer({ config, log }));
  say([`Open ${config.baseUrl} in a browser. Sign-in is at ${config.authority.cloudInstance}.`]);
  return { ...server, log, delayMs: config.shutdownDelaySeconds * 1_000 };
}

async function startWithSandbox(): Promise<Program> {
  const setup = readSandboxSetup(process.env);
  const config = setup.web;
  await requireFreePorts(allPorts(setup), "npm start");
  const log = createLogger(config.logLevel);
  const actors = await startSandboxActors(setup, log);
  const sandboxUrl = actors.sandbox.url;
  // The sandbox lets anybody sign in as anybody, so the app accepts no connection from outside.
  const options = { config, log, sandboxUrl, host: "localhost" };
  const server = await startOnPort("PORT", () => startWebServer(options));
  say([
    `Open ${config.baseUrl} in a browser.`,
    "Try first: sign in as Ada, open Payslips.",
    "",
    ...describePeople(actors.sandbox),
    "",
    `Simulated Entra ID. Open sandbox controls: ${sandboxUrl}/`,
    "Stop with Ctrl-C.",
  ]);
  return {
    log,
    turnAway: server.turnAway,
    close: async () => {
      await server.close();
      await actors.close();
    },
  };
}

/** Prints lines of text. */
function say(lines: readonly string[]): void {
  process.stdout.write(`${lines.join("\n")}\n`);
}
