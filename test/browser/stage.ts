import type { Browser, BrowserContext, BrowserContextOptions, Page } from "playwright-core";
import { type ActorOptions, type Actors, startActors } from "../support/actors.js";
import { openBrowser } from "../support/browser.js";
import { HttpBrowser } from "../support/http-browser.js";

/** How long what a test waits for may take, in milliseconds: machines are busy. */
export const PATIENCE_MS = 20_000;

/** How somebody comes to the app. */
export interface Arrival extends BrowserContextOptions {
  /** Who is signed in already, by given name. That took no page; nothing of it counts as received. */
  readonly signedInAs?: string;
  /** What they have opened before, with all that it asked for, such as `/payslips`. */
  readonly havingOpened?: string;
}

/** The three actors and one Chromium, for a file of tests. */
export interface Stage extends Actors {
  /** Opens a tab of a new person: a context of their own, so that nobody shares a cookie. */
  readonly arrive: (arrival?: Arrival) => Promise<Page>;
  /** Throws a switch of the sandbox, such as `people/ada`. */
  readonly control: (path: string, body: object) => Promise<void>;
  /** The parameters of the requests whose path ends so that the sandbox received, in order. */
  readonly receivedAt: (pathEnd: string) => readonly URLSearchParams[];
  /** What the consoles of all pages complained of, a violated Content-Security-Policy included. */
  readonly complaints: string[];
  /** Sends everybody away and sets everything back, so that the next test begins afresh. */
  readonly clear: () => Promise<void>;
  /** Forgets what the actors received. */
  readonly forgetReceived: () => void;
}

/** Starts the actors on free ports, and a Chromium. Close it in `afterAll`. */
export async function startStage(options: ActorOptions = {}): Promise<Stage> {
  const [actors, browser] = await Promise.all([startActors(options), openBrowser()]);
  const complaints: string[] = [];

  async function control(path: string, body: object): Promise<void> {
    await throwSwitch(`${actors.sandbox.url}/control/${path}`, body);
  }

  function forgetReceived(): void {
    actors.sandboxReceived.length = 0;
    actors.payrollReceived.length = 0;
  }

  return {
    ...actors,
    ...{ complaints, control, forgetReceived },
    arrive: async (arrival = {}) => {
      const page = await arrive({ browser, actors, complaints }, arrival);
      forgetReceived();
      return page;
    },
    receivedAt: (pathEnd) => {
      const matching = actors.sandboxReceived.filter(({ path }) => path.endsWith(pathEnd));
      return matching.map(({ parameters }) => parameters);
    },
    clear: async () => {
      await Promise.all(browser.contexts().map((context) => context.close()));
      await control("reset", {});
      complaints.length = 0;
      forgetReceived();
    },
    close: async () => {
      await browser.close();
      await actors.close();
    },
  };
}

interface Surroundings {
  readonly browser: Browser;
  readonly actors: Actors;
  readonly complaints: string[];
}

async function arrive(
  { browser, actors, complaints }: Surroundings,
  { signedInAs, havingOpened = "/", ...options }: Arrival,
): Promise<Page> {
  // Without motion no colour is looked at half way.
  const quiet = { reducedMotion: "reduce", baseURL: actors.url } as const;
  const context = await browser.newContext({ ...quiet, ...options });
  context.setDefaultTimeout(PATIENCE_MS);
  collectComplaints(context, complaints);
  if (signedInAs !== undefined) {
    const cookies = await cookiesOf(actors, signedInAs, havingOpened);
    await context.addCookies(cookies);
  }
  return context.newPage();
}

/** Signs in without a browser, and gives the cookies of both sites. */
async function cookiesOf(
  { url, sandbox }: Actors,
  person: string,
  path: string,
): Promise<{ name: string; value: string; url: string }[]> {
  const visitor = new HttpBrowser(url);
  await visitor.open("/signin", { person });
  await visitor.open(path);
  const sites = [
    { url, jar: visitor.cookies },
    { url: sandbox.url, jar: visitor.sandboxCookies },
  ];
  return sites.flatMap((site) =>
    [...site.jar].map(([name, value]) => ({ name, value, url: site.url })),
  );
}

/** Chromium also reports every page whose status is 400 or more: that is no complaint about it. */
function collectComplaints(context: BrowserContext, complaints: string[]): void {
  const documents = new Set<string>();
  context.on("request", (request) => {
    if (request.isNavigationRequest()) documents.add(request.url());
  });
  context.on("console", (message) => {
    const text = message.text();
    const isOfDocument = documents.has(message.location().url);
    const isStatus = isOfDocument && text.startsWith("Failed to load resource");
    const isComplaint = message.type() === "error" || message.type() === "warning";
    if (isComplaint && !isStatus) complaints.push(text);
  });
  context.on("weberror", (error) => {
    complaints.push(error.error().message);
  });
}

async function throwSwitch(url: string, body: object): Promise<void> {
  const response = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`${url} answered ${response.status}`);
}
