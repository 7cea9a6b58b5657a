import { createServer } from "node:http";
import { listen } from "../server/http-server.js";
import type { Closable } from "../server/run-until-stopped.js";
import { createPayrollApi, type PayrollApiOptions } from "./create-payroll-api.js";

interface StartPayrollApiOptions extends PayrollApiOptions {
  /** 0 takes a free one. */
  readonly port: number;
}

/** A Payroll API that listens. */
export interface RunningPayrollApi extends Closable {
  /** Its origin, without a trailing slash. */
  readonly url: string;
}

/** How long a request may take to arrive, in milliseconds. */
const REQUEST_TIMEOUT_MS = 15_000;

/** How long requests under way may take once the API is closed, in milliseconds. */
const DRAIN_MS = 5_000;

/**
 * Starts the Payroll API on `localhost`. It speaks plain HTTP, which must not carry access tokens
 * over a network; elsewhere it needs a reverse proxy that terminates TLS.
 *
 * @throws Error from the system, with `code` and `port`, when the port is not available.
 */
export async function startPayrollApi(options: StartPayrollApiOptions): Promise<RunningPayrollApi> {
  const server = createServer({ requestTimeout: REQUEST_TIMEOUT_MS }, createPayrollApi(options));
  const { port, close } = await listen({
    port: options.port,
    host: "localhost",
    drainMs: DRAIN_MS,
    server,
  });
  return { url: `http://localhost:${port}`, close };
}
