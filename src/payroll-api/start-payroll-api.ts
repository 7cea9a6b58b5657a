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
  /** Asks clients to go elsewhere; works as before. */
  readonly turnAway: () => void;
}

/** How long requests under way may take once the API is closed, in milliseconds. */
const DRAIN_MS = 5_000;

/**
 * Starts the Payroll API on `localhost`. It speaks plain HTTP, which must not carry access tokens
 * over a network; elsewhere it needs a reverse proxy that terminates TLS.
 *
 * @throws Error from the system, with `code` and `port`, when the port is not available.
 */
export async function startPayrollApi(options: StartPayrollApiOptions): Promise<RunningPayrollApi> {
  const listening = await listen({ port: options.port, host: "localhost", drainMs: DRAIN_MS });
  listening.server.on("request", createPayrollApi(options));
  return {
    url: `http://localhost:${listening.port}`,
    turnAway: listening.turnAway,
    close: listening.close,
  };
}
