import { once } from "node:events";
import { existsSync } from "node:fs";
import { ConfigError } from "../errors.js";
import { createLogger } from "../log.js";
import { readPayrollApiConfig } from "./config.js";
import { type RunningPayrollApi, startPayrollApi } from "./start-payroll-api.js";

/** `npm run payroll-api`: the API alone, until Ctrl-C or SIGTERM. */
try {
  if (existsSync(".env")) process.loadEnvFile();
  const api = await start();
  process.stdout.write(`The Payroll API runs at ${api.url}.\n`);
  await Promise.race([once(process, "SIGINT"), once(process, "SIGTERM")]);
  await api.close();
} catch (error) {
  process.stderr.write(`${describeFailure(error)}\n`);
  process.exitCode = 1;
}

async function start(): Promise<RunningPayrollApi> {
  const { logLevel, ...settings } = readPayrollApiConfig(process.env);
  return startPayrollApi({ ...settings, log: createLogger(logLevel) });
}

function describeFailure(error: unknown): string {
  if (error instanceof ConfigError) return error.message;
  if (error instanceof Error && "code" in error && "port" in error) {
    const reason = error.code === "EADDRINUSE" ? "is in use by another program" : "cannot be used";
    return `Cannot start: port ${String(error.port)} ${reason}; choose another one with PAYROLL_API_PORT`;
  }
  return `Cannot start: ${error instanceof Error ? error.message : String(error)}`;
}
