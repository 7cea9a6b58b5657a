import type { Browser, BrowserContext, BrowserContextOptions, Page } from "playwright-core";
import { afterEach, expect } from "vitest";
import { type ActorOptions, type Actors, startActors } from "../support/actors.js";
import { openBrowser } from "../support/browser.js";
import { setUpForAll } from "../support/set-up.js";

/** The longest that a test waits for a page or a count, in milliseconds: machines are busy. */
export const PATIENCE_MS = 20_000;

/** How somebody comes to the app. */
export interface Arrival extends BrowserContextOptions {
  /** Who is signed in already, by given name; what that took does not count as received. */
  readonly signedInAs?: string;
  /** The page that they have opened before, with every step-up for it, such as `/payslips`. */
  readonly havingOpened?: string;
}

/** The three actors and one Chromium, for a file of tests. */
export interface Stage extends Actors {
  /** Opens a tab of a new person: a context of their own, so that nobody shares a cookie. */
  readonly arrive: (arrival?: Arrival) => Promise<Page>;
  /** Errors and warnings in the consoles of all pages, violations of a policy included. */
  readonly complaints: string[];
  /** Closes every page and resets the sandbox, so that the next test begins afresh. */
  readonly clear: () => Promise<void>;
}

/**
 * Starts the actors and a Chromium for the tests of a file or `describe`, and closes them after
 * these. After each test, expects no complaint in a console and clears the stage.
 */
export function useStage(options: ActorOptions = {}): Stage {
  const stage = setUpForAll(() => startStage(options));
  afterEach(async () => {
    expect(stage.complaints).toEqual([]);
    await stage.clear();
  });
  return stage;
}

async function startStage(options: ActorOptions): Promise<Stage> {
  const [actors, browser] = await Promise.all([startActors(options), openBrowser()]);
  const complaints: string[] = [];

  return {
    ...actors,
    complaints,
    arrive: async (arrival = {}) => {
      const page = await arrive({ browser, actors, complaints }, arrival);
      actors.forgetReceived();
      return page;
    },
    clear: async () => {
      await Promise.all(browser.contexts().map((context) => context.close()));
      await actors.control("reset", {});
      complaints.length = 0;
      actors.forgetReceived();
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
  // No animation, so that axe never sees a colour between two others.
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

/** Signs in without a browser, and returns the cookies of both sites. */
async function cookiesOf(
  { url, sandbox, signIn }: Actors,
  person: string,
  path: string,
): Promise<{ name: string; value: string; url: string }[]> {
  const visitor = await signIn(person);
  await visitor.open(path);
  const sites = [
    { url, jar: visitor.cookies },
    { url: sandbox.url, jar: visitor.sandboxCookies },
  ];
  return sites.flatMap((site) =>
    [...site.jar].map(([name, value]) => ({ name, value, url: site.url })),
  );
}

/** Collects errors and warnings, except that a page itself has a status of 400 or more. */
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
