import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { createPayrollApi, type PayrollApiOptions } from "./create-payroll-api.js";

/** How the API is started. */
export interface StartPayrollApiOptions extends PayrollApiOptions {
  /** 0 takes a free one. */
  readonly port: number;
}

/** A Payroll API that listens. */
export interface RunningPayrollApi {
  /** Its origin, without a slash at the end. */
  readonly url: string;
  /** Takes no new request, lets those under way finish for five seconds, and ends. */
  readonly close: () => Promise<void>;
}

/** The longest a request may take to arrive, in milliseconds. */
const REQUEST_TIMEOUT_MS = 15_000;
const DRAIN_MS = 5_000;

/**
 * Starts the Payroll API on `localhost`. Access tokens must not cross a network in the clear, so
 * elsewhere it stands behind something that ends TLS.
 *
 * @throws the system's error (`EADDRINUSE` and its like) when the port cannot be had.
 */
export async function startPayrollApi(options: StartPayrollApiOptions): Promise<RunningPayrollApi> {
  const server = createServer({ requestTimeout: REQUEST_TIMEOUT_MS }, createPayrollApi(options));
  server.listen(options.port, "localhost");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://localhost:${port}`,
    close: async () => {
      const closed = once(server, "close");
      server.close();
      server.closeIdleConnections();
      const timer = setTimeout(() => {
        server.closeAllConnections();
      }, DRAIN_MS);
      await closed;
      clearTimeout(timer);
    },
  };
}
