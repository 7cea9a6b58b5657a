import { once } from "node:events";
import { createServer } from "node:http";
import express from "express";
import { createPayrollApi } from "../../src/payroll-api/create-payroll-api.js";
import type { StartPayroll } from "../support/actors.js";

/** How the Payroll API treats one write: `lose-response` executes it and cuts the connection. */
export type WriteFault = "fail" | "lose-response";

/** The writes that a Payroll API with faults received and executed, and the faults to come. */
export interface Writes {
  /** The `Idempotency-Key` of each write that the API was sent, in order. */
  readonly keysReceived: string[];
  /** The IBAN of each write that it executed, in order. */
  readonly executed: string[];
  /** Faults of the next writes that the API's guard lets through, in order. */
  readonly faults: WriteFault[];
}

/** Returns a function that starts the Payroll API with these faults and records its writes. */
export function startWithFaults({ keysReceived, executed, faults }: Writes): StartPayroll {
  return async (options) => {
    const api = express();
    api.post("/bank-account", (request, response, next) => {
      keysReceived.push(request.get("Idempotency-Key") ?? "");
      const send = response.json.bind(response);
      response.json = (body) => {
        if (response.statusCode !== 200 || faults[0] !== "lose-response") return send(body);
        faults.shift();
        return response.destroy();
      };
      next();
    });
    api.use(
      createPayrollApi({
        ...options,
        saveBankAccount: (_person, { iban }) => {
          if (faults[0] === "fail") {
            faults.shift();
            return Promise.reject(new Error("The disk is full"));
          }
          executed.push(iban);
          return Promise.resolve();
        },
      }),
    );
    const server = createServer(api).listen(options.port, "localhost");
    await once(server, "listening");
    return {
      url: `http://localhost:${options.port}`,
      close: async () => {
        server.closeAllConnections();
        await new Promise((resolve) => server.close(resolve));
      },
    };
  };
}
