import { HttpBrowser } from "../../test/support/http-browser.js";
import type { Round } from "../measure/rounds.js";
import type { ServerProcess } from "../processes/server-process.js";

/** How many people are under way at the same time. */
const PARALLEL = 8;

/** The figures of one round. */
export interface PeopleFigures {
  readonly perSecond: number;
  /** CPU time of the web app for each person, in milliseconds. */
  readonly cpuMs: number;
}

/** People at the web app, each with a browser of their own. */
export interface People {
  /** New people sign in for some seconds, from the first request to the home page. */
  readonly signIn: Round<PeopleFigures>;
  /** Those who signed in last open a page, and step up where it demands it. */
  readonly open: (path: string) => Round<PeopleFigures>;
}

/** Creates people who act at a web app. */
export function createPeople(web: ServerProcess, seconds: number): People {
  let signedIn: HttpBrowser[] = [];
  return {
    signIn: async () => {
      signedIn = [];
      const until = performance.now() + seconds * 1_000;
      return measure(web, async () => {
        if (performance.now() >= until && signedIn.length > 0) return false;
        const browser = new HttpBrowser(web.url);
        await openPage(browser, "/signin");
        signedIn.push(browser);
        return true;
      });
    },
    open: (path) => async () => {
      // All are Ada, whose oldest sessions end beyond ten.
      const waiting = signedIn.slice(-PARALLEL);
      return measure(web, async () => {
        const browser = waiting.pop();
        if (browser === undefined) return false;
        await openPage(browser, path);
        return true;
      });
    },
  };
}

async function openPage(browser: HttpBrowser, path: string): Promise<void> {
  const { status } = await browser.open(path, { person: "Ada" });
  if (status !== 200) throw new Error(`${path} was answered with ${status}`);
}

/** Calls `act`, several at a time, until it returns false. */
async function measure(web: ServerProcess, act: () => Promise<boolean>): Promise<PeopleFigures> {
  let acted = 0;
  async function actOn(): Promise<void> {
    while (await act()) acted += 1;
  }
  const cpuBefore = await web.cpuMs();
  const startedAt = performance.now();
  await Promise.all(Array.from({ length: PARALLEL }, actOn));
  const elapsedSeconds = (performance.now() - startedAt) / 1_000;
  const cpuMs = (await web.cpuMs()) - cpuBefore;
  return { perSecond: acted / elapsedSeconds, cpuMs: cpuMs / acted };
}
