import type { JWK } from "jose";
import { createLogger } from "../../src/log.js";
import { startPayrollApi } from "../../src/payroll-api/start-payroll-api.js";
import type { Person } from "../../src/sandbox/directory/people.js";
import {
  type RunningSandbox,
  type SandboxOptions,
  startSandbox,
} from "../../src/sandbox/start-sandbox.js";
import type { KeyValueStore } from "../../src/store/key-value-store.js";
import { type Clock, createClock } from "./clock.js";
import { freePort, takeFreePort } from "./free-port.js";
import { HttpBrowser } from "./http-browser.js";
import { setUpForAll } from "./set-up.js";
import { originAt, type RunningWebApp, startWebApp, type Surroundings } from "./web-app.js";

/** One request that an actor received, as it was on the wire. */
export interface Received {
  readonly method: string;
  readonly path: string;
  readonly parameters: URLSearchParams;
}

/** The web app, the sandbox and the Payroll API, side by side as `npm start` runs them. */
export interface Actors extends RunningWebApp {
  /** What the web app is set up for, to start another one beside it. */
  readonly surroundings: Surroundings;
  readonly sandbox: RunningSandbox;
  /** The requests that the sandbox received, in order. */
  readonly sandboxReceived: Received[];
  /** The requests that the Payroll API received, in order: `GET /payslips`. */
  readonly payrollReceived: string[];
  /** The clock of all three. */
  readonly clock: Clock;
  /** Returns the parameters of the requests to paths with this end that the sandbox received. */
  readonly receivedAt: (pathEnd: string) => readonly URLSearchParams[];
  /** Forgets what the sandbox and the Payroll API received. */
  readonly forgetReceived: () => void;
  /** Signs somebody in, by given name such as `Ada`, and returns their browser. */
  readonly signIn: (person: string) => Promise<HttpBrowser>;
  /** Sets a switch of the sandbox, such as `people/ada`. */
  readonly control: (path: string, body: object) => Promise<void>;
}

/** Starts a Payroll API, or what a test puts in its place. */
export type StartPayroll = (
  options: Parameters<typeof startPayrollApi>[0],
) => Promise<{ readonly url: string; readonly close: () => Promise<void> }>;

/** How {@link startActors} differs from `npm start`. */
export interface ActorOptions {
  /** Settings of the web app that replace those that fit. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Options of the sandbox that replace those that fit. */
  readonly sandboxOptions?: Partial<SandboxOptions>;
  /** Keys that may sign the client's assertions. */
  readonly clientPublicKeys?: readonly JWK[];
  /** People who can sign in besides those of the sandbox. */
  readonly otherPeople?: readonly Person[];
  /** Where the web app keeps its state; a memory store of its own unless given. */
  readonly store?: KeyValueStore;
  /** Starts the Payroll API; the real one unless given. */
  readonly startPayroll?: StartPayroll;
}

/** Starts the three actors, each on a free port. */
export async function startActors(options: ActorOptions = {}): Promise<Actors> {
  const { settings = {}, clientPublicKeys = [], store, startPayroll = startPayrollApi } = options;
  const clock = createClock();
  const shared = { now: clock.now, log: createLogger("silent") };
  const sandboxReceived: Received[] = [];
  const payrollReceived: string[] = [];
  const at = await takeFreePort();
  const payrollPort = await freePort();
  const url = originAt(at.port);
  const sandbox = await startSandbox({
    ...shared,
    port: 0,
    redirectUris: [`${url}/redirect`],
    postLogoutRedirectUris: [`${url}/`],
    frontChannelLogoutUri: `${url}/frontchannel-logout`,
    eventReceivers: [`http://localhost:${payrollPort}/events`],
    webAppUrl: url,
    clientPublicKeys,
    ...(options.otherPeople !== undefined && { otherPeople: options.otherPeople }),
    observe: (seen) => sandboxReceived.push(seen),
    ...options.sandboxOptions,
  });
  const payroll = await startPayroll({
    ...shared,
    port: payrollPort,
    cloudInstance: sandbox.url,
    tenantId: sandbox.tenantId,
    audience: sandbox.payrollAudience,
    before: sandbox.payrollFault,
    observe: ({ method, path }) => payrollReceived.push(`${method} ${path}`),
  });
  const surroundings = {
    authority: sandbox,
    client: sandbox,
    graphUrl: sandbox.url,
    payrollUrl: payroll.url,
    payrollScopes: sandbox.payrollScopes,
  };
  const { now } = clock;
  const web = await startWebApp({
    at,
    settings,
    store,
    now,
    sandboxUrl: sandbox.url,
    surroundings,
  });
  return {
    ...web,
    ...{ surroundings, sandbox, sandboxReceived, payrollReceived, clock },
    receivedAt: (pathEnd) => {
      const matching = sandboxReceived.filter(({ path }) => path.endsWith(pathEnd));
      return matching.map(({ parameters }) => parameters);
    },
    forgetReceived: () => {
      sandboxReceived.length = 0;
      payrollReceived.length = 0;
    },
    signIn: async (person) => {
      const browser = new HttpBrowser(url);
      await browser.open("/signin", { person });
      return browser;
    },
    control: (path, body) => setSwitch(`${sandbox.url}/control/${path}`, body),
    close: async () => {
      await web.close();
      await payroll.close();
      await sandbox.close();
    },
  };
}

/** Starts the three actors for the tests of a file or `describe`, and closes them after these. */
export function useActors(options: ActorOptions = {}): Actors {
  return setUpForAll(() => startActors(options));
}

async function setSwitch(url: string, body: object): Promise<void> {
  const response = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`${url} responded with ${response.status}`);
}
