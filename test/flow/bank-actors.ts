import { createServer } from "node:http";
import express from "express";
import { readConfig } from "../../src/config/config.js";
import { createLogger } from "../../src/log.js";
import { createPayrollApi } from "../../src/payroll-api/create-payroll-api.js";
import { type RunningSandbox, startSandbox } from "../../src/sandbox/start-sandbox.js";
import { portOf } from "../../src/server/http-server.js";
import { startWebServer } from "../../src/web-server.js";
import { listen } from "../support/listen.js";
import { SESSION_SECRET } from "../support/session-secret.js";

/** How the Payroll API treats one write: `lose-answer` executes it and cuts the connection. */
export type WriteFault = "fail" | "lose-answer";

/** The three actors, with a Payroll API that counts what it executes. */
export interface BankActors {
  readonly url: string;
  readonly sandbox: RunningSandbox;
  /** The `Idempotency-Key` of each write that the API was sent, in order. */
  readonly keysReceived: string[];
  /** The IBAN of each write that it executed, in order. */
  readonly executed: string[];
  /** Faults of the next writes that the API's guard lets through, in order. */
  readonly faults: WriteFault[];
  /** The clock of all three. */
  readonly clock: { aheadMs: number };
  readonly close: () => Promise<void>;
}

/** Starts them, each on a free port. */
export async function startBankActors(): Promise<BankActors> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "localhost", resolve));
  const url = `http://localhost:${portOf(server)}`;
  const clock = { aheadMs: 0 };
  const shared = { now: () => Date.now() + clock.aheadMs, log: createLogger("silent") };
  const sandbox = await startSandbox({
    ...shared,
    port: 0,
    redirectUris: [`${url}/redirect`],
    postLogoutRedirectUris: [`${url}/`],
    webAppUrl: url,
  });
  const keysReceived: string[] = [];
  const executed: string[] = [];
  const faults: WriteFault[] = [];
  const api = express();
  api.post("/bank-account", (request, response, next) => {
    keysReceived.push(request.get("Idempotency-Key") ?? "");
    const answer = response.json.bind(response);
    response.json = (body) => {
      if (response.statusCode !== 200 || faults[0] !== "lose-answer") return answer(body);
      faults.shift();
      return response.destroy();
    };
    next();
  });
  api.use(
    createPayrollApi({
      ...shared,
      cloudInstance: sandbox.url,
      tenantId: sandbox.tenantId,
      audience: sandbox.payrollAudience,
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
  const payroll = await listen(api);
  const web = await startWebServer({
    ...shared,
    server,
    sandboxUrl: sandbox.url,
    config: readConfig({
      BASE_URL: url,
      CLOUD_INSTANCE: sandbox.url,
      TENANT_ID: sandbox.tenantId,
      CLIENT_ID: sandbox.clientId,
      CLIENT_SECRET: sandbox.clientSecret,
      SESSION_SECRET,
      GRAPH_API_ENDPOINT: sandbox.url,
      PAYROLL_API_URL: payroll.url,
      PAYROLL_API_SCOPES: sandbox.payrollScopes.join(" "),
    }),
  });
  return {
    ...{ url, sandbox, keysReceived, executed, faults, clock },
    close: async () => {
      await web.close();
      await Promise.all([payroll.close(), sandbox.close()]);
    },
  };
}
