import { loadEnvFile } from "../config/env-file.js";
import { createLogger } from "../log.js";
import { requireFreePorts } from "../server/free-ports.js";
import { startOnPort } from "../server/http-server.js";
import { runUntilStopped } from "../server/run-until-stopped.js";
import { readPayrollApiConfig } from "./config.js";
import { startPayrollApi } from "./start-payroll-api.js";

/** `npm run payroll-api`: the API alone, until Ctrl-C or SIGTERM. */
await runUntilStopped(async () => {
  loadEnvFile(process.env);
  const { logLevel, ...settings } = readPayrollApiConfig(process.env);
  const port = { setting: "PAYROLL_API_PORT", port: settings.port, host: "localhost" };
  await requireFreePorts([port], "npm run payroll-api");
  const log = createLogger(logLevel);
  const api = await startOnPort("PAYROLL_API_PORT", () => startPayrollApi({ ...settings, log }));
  process.stdout.write(`The Payroll API runs at ${api.url}.\n`);
  return { ...api, log };
});
