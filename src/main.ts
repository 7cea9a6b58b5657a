import { readConfig } from "./config/config.js";
import { printMisspellings } from "./config/env-file.js";
import { createLogger } from "./log.js";
import { startOnPort } from "./server/http-server.js";
import { runUntilStopped } from "./server/run-until-stopped.js";
import { startWebServer } from "./web-server.js";

/** Runs the web app with the settings of the environment: `node dist/main.js`. */
await runUntilStopped(async () => {
  printMisspellings(process.env);
  const config = readConfig(process.env);
  const log = createLogger(config.logLevel);
  const server = await startOnPort("PORT", () => startWebServer({ config, log }));
  log.info({ port: server.port, baseUrl: config.baseUrl }, "listening");
  return { ...server, log, delayMs: config.shutdownDelaySeconds * 1_000 };
});
