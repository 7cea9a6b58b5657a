import { randomBytes } from "node:crypto";
import { readConfig } from "./config.js";
import { loadEnvFile } from "./load-env-file.js";
import { createLogger } from "./log.js";
import { runUntilStopped, startOnPort } from "./process-lifecycle.js";
import type { Closable } from "./process-lifecycle.js";
import { describePeople, startSandboxActors } from "./sandbox-actors.js";
import { startWebServer } from "./web-server.js";

/** `npm start`: the tenant that the environment or `.env` names; without one, the sandbox. */
await runUntilStopped(async () => {
  loadEnvFile();
  const hasTenant = (process.env.TENANT_ID ?? "").trim() !== "";
  return hasTenant ? startWithTenant() : startWithSandbox();
});

async function startWithTenant(): Promise<Closable> {
  const config = readConfig(process.env);
  const log = createLogger(config.logLevel);
  const server = await startOnPort("PORT", () => startWebServer({ config, log }));
  say([
    `Open ${config.baseUrl} in a browser. People sign in at ${config.authority.cloudInstance}.`,
  ]);
  return server;
}

async function startWithSandbox(): Promise<Closable> {
  const actors = await startSandboxActors(process.env);
  const config = readConfig({
    LOG_LEVEL: "warn",
    ...process.env,
    // Fresh with each start: the sandbox forgets everybody at its end, and so do the sessions.
    SESSION_SECRET: randomBytes(32).toString("hex"),
    ...actors.settings,
  });
  const log = createLogger(config.logLevel);
  const sandboxUrl = actors.sandbox.url;
  const server = await startOnPort("PORT", () => startWebServer({ config, log, sandboxUrl }));
  say([
    `Open ${config.baseUrl} in a browser.`,
    "",
    ...describePeople(actors.sandbox),
    "",
    `The identity provider is an imitation. Change people and policies at ${sandboxUrl}/`,
    "Stop with Ctrl-C.",
  ]);
  return {
    close: async () => {
      await server.close();
      await actors.close();
    },
  };
}

function say(lines: readonly string[]): void {
  process.stdout.write(`${lines.join("\n")}\n`);
}
