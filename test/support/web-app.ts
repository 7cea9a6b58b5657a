import { type ApiSettings, readConfig } from "../../src/config/config.js";
import type { KeyValueStore } from "../../src/store/key-value-store.js";
import { type ApiPage, PAGES } from "../../src/web/api-pages/pages.js";
import { startWebServer } from "../../src/web-server.js";
import { createCollectedLog } from "./collected-log.js";
import { type TakenPort, takeFreePort } from "./free-port.js";
import { SESSION_SECRET } from "./session-secret.js";

/** The authority and the APIs that a web app is set up for. */
export interface Surroundings {
  readonly authority: { readonly url: string; readonly tenantId: string };
  /** The registration at a {@link TestAuthority} unless given. */
  readonly client?: { readonly clientId: string; readonly clientSecret: string };
  readonly graphUrl: string;
  readonly payrollUrl: string;
  readonly payrollScopes: readonly string[];
}

/** How {@link startWebApp} sets the web app up. */
export interface WebAppOptions {
  readonly surroundings: Surroundings;
  /** The port to serve on, when the authority had to be told of it; a free one unless given. */
  readonly at?: TakenPort;
  /** Settings that replace the ones of {@link settingsFor}. */
  readonly settings?: Readonly<Record<string, string>>;
  /** An API besides Graph and the Payroll API, and the page that calls it. */
  readonly added?: { readonly api: ApiSettings; readonly page: ApiPage };
  /** The sandbox's control page, when the authority is the sandbox. */
  readonly sandboxUrl?: string;
  /** Where the state is kept; a memory store of its own unless given. */
  readonly store?: KeyValueStore | undefined;
  /** The clock, in milliseconds. */
  readonly now?: () => number;
}

/** A web app that serves requests. */
export interface RunningWebApp {
  /** Its origin. */
  readonly url: string;
  /** All that it logged, one JSON object each. */
  readonly logLines: string[];
  /** How long it wanted to wait before each retry, in milliseconds; it did not wait. */
  readonly waits: number[];
  readonly close: () => Promise<void>;
}

/** The web app's registration at an authority that knows every client. */
export const TEST_CLIENT = {
  clientId: "5f0f1b6e-7c1e-4f0e-9d53-0c8b6b2d7a11",
  clientSecret: "a secret of the tests",
};

/** Returns the settings of a web app between this authority and these APIs, without its address. */
export function settingsFor(surroundings: Surroundings): Readonly<Record<string, string>> {
  const { authority, client = TEST_CLIENT, graphUrl, payrollUrl, payrollScopes } = surroundings;
  return {
    CLOUD_INSTANCE: authority.url,
    TENANT_ID: authority.tenantId,
    CLIENT_ID: client.clientId,
    CLIENT_SECRET: client.clientSecret,
    SESSION_SECRET,
    GRAPH_API_ENDPOINT: graphUrl,
    PAYROLL_API_URL: payrollUrl,
    PAYROLL_API_SCOPES: payrollScopes.join(" "),
  };
}

/** Starts the web app of a test. Every set-up in which tests meet it is made with this. */
export async function startWebApp(options: WebAppOptions): Promise<RunningWebApp> {
  const { surroundings, settings, added, sandboxUrl, store, now = Date.now } = options;
  const { server, port } = options.at ?? (await takeFreePort());
  const url = originAt(port);
  const read = readConfig({
    BASE_URL: url,
    LOG_LEVEL: "debug",
    ...settingsFor(surroundings),
    ...settings,
  });
  const config = added === undefined ? read : { ...read, apis: [...read.apis, added.api] };
  const { log, lines } = createCollectedLog(config.logLevel);
  const waits: number[] = [];
  const web = await startWebServer({
    ...{ config, log, server, sandboxUrl, now },
    ...(store !== undefined && { store }),
    ...(added !== undefined && { pages: [...PAGES, added.page] }),
    wait: (ms) => {
      waits.push(ms);
      return Promise.resolve();
    },
  });
  return { url, logLines: lines, waits, close: web.close };
}

/** Returns the web app's origin on a port. */
export function originAt(port: number): string {
  return `http://localhost:${port}`;
}
