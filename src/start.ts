import { readConfig } from "./config/config.js";
import { loadEnvFile } from "./config/env-file.js";
import { createLogger } from "./log.js";
import { startOnPort } from "./server/http-server.js";
import { type Closable, runUntilStopped } from "./server/run-until-stopped.js";
import { describePeople, startSandboxActors } from "./demo/actors.js";
import { readSandboxSetup } from "./demo/settings.js";
import { startWebServer } from "./web-server.js";

/** Runs the app with the configured tenant or, without one, with the sandbox: `npm start`. */
await runUntilStopped(async () => {
  loadEnvFile();
  const hasTenant = (process.env.TENANT_ID ?? "").trim() !== "";
  return hasTenant ? startWithTenant() : startWithSandbox();
});

async function startWithTenant(): Promise<Closable> {
  const config = readConfig(process.env);
  const log = createLogger(config.logLevel);
  const server = await startOnPort("PORT", () => startWebServer({ config, log }));
  say([`Open ${config.baseUrl} in a browser. Sign-in is at ${config.authority.cloudInstance}.`]);
  return server;
}

async function startWithSandbox(): Promise<Closable> {
  const setup = readSandboxSetup(process.env);
  const config = setup.web;
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
