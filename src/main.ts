import { readConfig } from "./config.js";
import { createLogger } from "./log.js";
import { runUntilStopped, startOnPort } from "./process-lifecycle.js";
import { startWebServer } from "./web-server.js";

await runUntilStopped(async () => {
  const config = readConfig(process.env);
  const log = createLogger(config.logLevel);
  const server = await startOnPort("PORT", () => startWebServer({ config, log }));
  log.info({ port: server.port, baseUrl: config.baseUrl }, "listening");
  return server;
});
