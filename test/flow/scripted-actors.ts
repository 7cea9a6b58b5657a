import { createServer } from "node:http";
import { readConfig } from "../../src/config/config.js";
import { createLogger } from "../../src/log.js";
import type { KeyValueStore } from "../../src/store/key-value-store.js";
import { portOf } from "../../src/server/http-server.js";
import { startWebServer } from "../../src/web-server.js";
import { intoLines } from "../support/actors.js";
import { tokenError } from "../support/authority-grants.js";
import { startAuthority, type TestAuthority } from "../support/authority.js";
import { makePerson } from "../support/authority-tokens.js";
import { HttpBrowser, type Visited } from "../support/http-browser.js";
import { startScriptedApi } from "../support/scripted-api.js";
import type { ScriptedAnswer, ScriptedApi } from "../support/scripted-api.js";
import { SESSION_SECRET } from "../support/session-secret.js";

/** The scopes that the web app asks the authority for when it calls the Payroll API. */
export const PAYROLL_SCOPES = ["api://payroll/Payroll.Read", "api://payroll/Payroll.Write"];

/** What Graph says about anybody. */
export const PROFILE = { displayName: "Ada Okafor", userPrincipalName: "ada@contoso.example" };

/** What the Payroll API says to anybody; the page shows `October 2026`. */
export const PAYSLIPS = {
  payslips: [{ period: "2026-10", gross: 4200, net: 2890.5, currency: "EUR" }],
};

/** What {@link CHALLENGE} asks for. */
export const API_CLAIMS = { access_token: { acrs: { essential: true, value: "c1" } } };

/** An API's answer that asks for a second factor. */
export const CHALLENGE: ScriptedAnswer = {
  status: 401,
  headers: { "WWW-Authenticate": challengeFor(API_CLAIMS) },
};

/** The authority's answer when these claims need the person. */
export const REFUSED = tokenError(50076, "interaction_required", { suberror: "basic_action" });

/** Gives a challenge in Entra's form. */
export function challengeFor(claims: unknown): string {
  const encoded = Buffer.from(JSON.stringify(claims)).toString("base64");
  return `Bearer realm="", error="insufficient_claims", claims="${encoded}"`;
}

/** The web app between an authority and APIs that say what a test dictates. */
export interface ScriptedActors {
  /** The web app's origin. */
  readonly url: string;
  readonly clientId: string;
  readonly authority: TestAuthority;
  readonly graph: ScriptedApi;
  readonly payroll: ScriptedApi;
  /** All that the web app logged, one JSON object each. */
  readonly logLines: string[];
  /** How long the web app wanted to wait before it tried again, in milliseconds; nobody waited. */
  readonly waits: number[];
  /** Adds to the web app's clock, in milliseconds. */
  readonly clock: { aheadMs: number };
  readonly close: () => Promise<void>;
}

/** Starts them, each on a free port; the web app keeps its state in `store` when one is given. */
export async function startScriptedActors(store?: KeyValueStore): Promise<ScriptedActors> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "localhost", resolve));
  const url = `http://localhost:${portOf(server)}`;
  const authority = await startAuthority();
  const graph = await startScriptedApi(() => ({ status: 200, body: PROFILE }));
  const payroll = await startScriptedApi(() => ({ status: 200, body: PAYSLIPS }));
  const logLines: string[] = [];
  const waits: number[] = [];
  const clock = { aheadMs: 0 };
  const clientId = "5f0f1b6e-7c1e-4f0e-9d53-0c8b6b2d7a11";
  const web = await startWebServer({
    config: readConfig({
      BASE_URL: url,
      CLOUD_INSTANCE: authority.url,
      TENANT_ID: authority.tenantId,
      CLIENT_ID: clientId,
      CLIENT_SECRET: "a secret of the tests",
      SESSION_SECRET,
      GRAPH_API_ENDPOINT: graph.url,
      PAYROLL_API_URL: payroll.url,
      PAYROLL_API_SCOPES: PAYROLL_SCOPES.join(" "),
    }),
    log: createLogger("debug", intoLines(logLines)),
    server,
    ...(store !== undefined && { store }),
    now: () => Date.now() + clock.aheadMs,
    wait: (ms) => {
      waits.push(ms);
      return Promise.resolve();
    },
  });
  return {
    ...{ url, clientId, authority, graph, payroll, logLines, waits, clock },
    close: async () => {
      await web.close();
      await Promise.all([authority.close(), graph.close(), payroll.close()]);
    },
  };
}

/** Forgets all that was received and logged so far. */
export function forgetReceived({ authority, graph, payroll, ...web }: ScriptedActors): void {
  for (const { seen } of [authority, graph, payroll]) seen.length = 0;
  web.logLines.length = 0;
  web.waits.length = 0;
}

/** Gives the browser of somebody new who has signed in and of whom nothing was received yet. */
export async function signInSomebody(actors: ScriptedActors): Promise<HttpBrowser> {
  actors.authority.person = makePerson("Ada");
  const browser = new HttpBrowser(actors.url);
  await takeToAuthority(browser, await browser.get("/signin"));
  forgetReceived(actors);
  return browser;
}

/** Goes where a visit redirects to, to the authority and back; gives what the app answers to that. */
export async function takeToAuthority(browser: HttpBrowser, visited: Visited): Promise<Visited> {
  return browser.get(await browser.atSandbox(visited.location ?? ""));
}

/** Begins a step-up and stays at the authority; gives the address that leads back. */
export async function leaveForStepUp(
  actors: ScriptedActors,
  browser: HttpBrowser,
  path = "/payslips",
): Promise<string> {
  await browser.getJson("/payslips");
  actors.payroll.nextAnswers.push(CHALLENGE);
  actors.authority.nextTokenAnswers.push(REFUSED);
  const visited = await browser.get(path);
  const back = await browser.atSandbox(visited.location ?? "");
  forgetReceived(actors);
  return back;
}

/** What MSAL adds to every claims request: the capability `cp1`, and what it wants to know itself. */
const ADDED_BY_MSAL = {
  id_token: {
    signin_state: { essential: false },
    login_hint: { essential: false },
    tenant_region_sub_scope: { essential: false },
  },
  access_token: { xms_cc: { values: ["cp1"] } },
};

/** Gives the claims request that must be on the wire when these claims are asked for. */
export function onTheWire(asked: unknown): unknown {
  const { id_token, access_token, ...others } = (asked ?? {}) as Record<string, object>;
  return {
    ...others,
    id_token: { ...ADDED_BY_MSAL.id_token, ...id_token },
    access_token: { ...access_token, ...ADDED_BY_MSAL.access_token },
  };
}
