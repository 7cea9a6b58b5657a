import { createServer } from "node:http";

import { Writable } from "node:stream";
import type { JWK } from "jose";
import { readConfig } from "../../src/config/config.js";
import { createLogger } from "../../src/log.js";
import { startPayrollApi } from "../../src/payroll-api/start-payroll-api.js";
import { type RunningSandbox, startSandbox } from "../../src/sandbox/start-sandbox.js";
import type { KeyValueStore } from "../../src/store/key-value-store.js";
import { portOf } from "../../src/server/http-server.js";
import { startWebServer } from "../../src/web-server.js";
import { freePort } from "./free-port.js";
import { SESSION_SECRET } from "./session-secret.js";

/** One request that an actor received, as it was on the wire. */
export interface Received {
  readonly method: string;
  readonly path: string;
  readonly parameters: URLSearchParams;
}

/** The three actors, running side by side as `npm start` runs them, each on a free port. */
export interface Actors {
  readonly url: string;
  readonly sandbox: RunningSandbox;
  readonly payrollUrl: string;
  /** What the sandbox received, in order. */
  readonly sandboxReceived: Received[];
  /** What the Payroll API received, in order: `GET /payslips`. */
  readonly payrollReceived: string[];
  /** All that the web app logged. */
  readonly logLines: string[];
  readonly close: () => Promise<void>;
}

/** What tests change. */
export interface ActorOptions {
  /** Settings of the web app in place of those that fit. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Keys that may sign the client's assertions. */
  readonly clientPublicKeys?: readonly JWK[];
  /** Where the web app keeps its state; a memory store of its own unless given. */
  readonly store?: KeyValueStore;
  /** The clock of all three, in milliseconds. */
  readonly now?: () => number;
}

/** Starts the three actors. */
export async function startActors(options: ActorOptions = {}): Promise<Actors> {
  const { settings, clientPublicKeys = [], store, now } = options;
  const clock = now === undefined ? {} : { now };
  const webServer = createServer();
  await new Promise<void>((resolve) => webServer.listen(0, "localhost", resolve));
  const url = `http://localhost:${portOf(webServer)}`;
  const sandboxReceived: Received[] = [];
  const payrollReceived: string[] = [];
  const quiet = createLogger("silent");
  const payrollPort = await freePort();
  const sandbox = await startSandbox({
    port: 0,
    redirectUris: [`${url}/redirect`],
    postLogoutRedirectUris: [`${url}/`],
    eventReceivers: [`http://localhost:${payrollPort}/events`],
    webAppUrl: url,
    clientPublicKeys,
    log: quiet,
    observe: (seen) => sandboxReceived.push(seen),
    ...clock,
  });
  const payrollApi = await startPayrollApi({
    port: payrollPort,
    cloudInstance: sandbox.url,
    tenantId: sandbox.tenantId,
    audience: sandbox.payrollAudience,
    log: quiet,
    observe: ({ method, path }) => payrollReceived.push(`${method} ${path}`),
    ...clock,
  });
  const logLines: string[] = [];
  const config = readConfig({
    BASE_URL: url,
    CLOUD_INSTANCE: sandbox.url,
    TENANT_ID: sandbox.tenantId,
    CLIENT_ID: sandbox.clientId,
    CLIENT_SECRET: sandbox.clientSecret,
    SESSION_SECRET,
    GRAPH_API_ENDPOINT: sandbox.url,
    PAYROLL_API_URL: payrollApi.url,
    PAYROLL_API_SCOPES: sandbox.payrollScopes.join(" "),
    ...settings,
  });
  const log = createLogger("debug", intoLines(logLines));
  const web = await startWebServer({
    ...{ config, log, sandboxUrl: sandbox.url, server: webServer },
    ...(store !== undefined && { store }),
    ...clock,
  });
  return {
    ...{ url, sandbox, payrollUrl: payrollApi.url, sandboxReceived, payrollReceived, logLines },
    close: async () => {
      await web.close();
      await payrollApi.close();
      await sandbox.close();
    },
  };
}

/** Gives a stream that collects log lines. */
export function intoLines(lines: string[]): Writable {
  return new Writable({
    write(chunk: Buffer, _encoding, done) {
      lines.push(...chunk.toString().split("\n").filter(Boolean));
      done();
    },
  });
}
