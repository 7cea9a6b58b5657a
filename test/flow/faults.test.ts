import { once } from "node:events";
import { afterEach, describe, expect, it, vi } from "vitest";
import { startAuthority } from "../support/authority.js";
import { FAULTY_RESPONSES } from "../support/faulty-responses.js";
import { HttpBrowser, type Visited } from "../support/http-browser.js";
import type { ScriptedAnswer } from "../support/scripted-api.js";
import { startWebApp } from "../support/web-app.js";
import { useScriptedActors } from "./scripted-actors.js";
import { signInSomebody, signInWithToken } from "./visits.js";

/** A second of the app's time limits takes 30 ms in these tests. */
const SLOWNESS = 1 / 33;

/** The time limit of a call of an API, in milliseconds. */
const API_LIMIT_MS = 10_000;

/** The time in which a page must come, in milliseconds. The limits are at most 300 ms here. */
const MAX_MS = 3_000;

/** The most that the process may grow by while people meet a fault, in bytes. */
const MAX_GROWTH = 64 * 1024 * 1024;

const TRIES = 4;

describe.each(Object.entries(FAULTY_RESPONSES))("when a server %s", (_fault, faulty) => {
  const actors = useScriptedActors();
  let limits: number[];

  /** Makes the app's time limits short from now on. */
  function hasten(): void {
    limits = [];
    const create = AbortSignal.timeout.bind(AbortSignal);
    vi.spyOn(AbortSignal, "timeout").mockImplementation((ms) => {
      limits.push(ms);
      return create(Math.ceil(ms * SLOWNESS));
    });
    const start = globalThis.setTimeout;
    vi.spyOn(globalThis, "setTimeout").mockImplementation((work, ms) => {
      if (ms !== API_LIMIT_MS) return start(work, ms);
      limits.push(ms);
      return start(work, ms * SLOWNESS);
    });
  }

  afterEach(() => {
    vi.restoreAllMocks();
  });

  it("an API delays and fails its own pages only", async () => {
    const ada = await signInWithToken(actors);
    const ben = await signInSomebody(actors);
    const { sent, ended } = observe(faulty);
    hasten();
    actors.payroll.answer = () => sent;
    await expectBounded(() => ada.get("/payslips"), ben);
    expect(actors.payroll.seen).toHaveLength(TRIES);
    expect(Math.max(...limits)).toBeLessThanOrEqual(10_000);
    await ended();
  });

  it("the authority delays and fails only those who need a token", async () => {
    const ada = await signInSomebody(actors);
    const ben = await signInWithToken(actors);
    const { sent, ended } = observe(faulty);
    hasten();
    actors.authority.nextTokenAnswers.push(...Array.from({ length: 2 * TRIES }, () => sent));
    await expectBounded(() => ada.get("/payslips"), ben);
    expect(Math.max(...limits)).toBeLessThanOrEqual(10_000);
    await ended();
    expect((await ada.getJson("/profile")).status).toBe(200);
  });

  it.each(["metadata", "keys"] as const)("the authority’s %s stop sign-ins only", async (which) => {
    hasten();
    const { sent, ended } = observe(faulty);
    const authority = await startAuthority();
    if (which === "metadata") authority.metadataAnswer = sent;
    else authority.keysAnswer = sent;
    const { graph, payroll } = actors;
    const web = await startWebApp({
      surroundings: {
        ...{ authority, payrollScopes: ["api://payroll/Payroll.Read"] },
        ...{ graphUrl: graph.url, payrollUrl: payroll.url },
      },
    });
    const startedAt = performance.now();
    const browser = new HttpBrowser(web.url);
    const [page, home] = await Promise.all([browser.open("/signin"), browser.get("/")]);
    expect(home.status).toBe(200);
    expect(page.status).toBe(503);
    expect(page.body).toContain("ERR_AUTHORITY_UNAVAILABLE");
    expect(performance.now() - startedAt).toBeLessThan(MAX_MS);
    await ended();
    authority.metadataAnswer = undefined;
    authority.keysAnswer = undefined;
    expect((await browser.open("/signin?returnTo=/profile")).status).toBe(200);
    await web.close();
    await authority.close();
  });

  /** Visits a page that meets the fault, again and again, and another person's page each time. */
  async function expectBounded(visit: () => Promise<Visited>, other: HttpBrowser): Promise<void> {
    const before = process.memoryUsage().rss;
    for (let tries = 0; tries < TRIES; tries += 1) {
      const startedAt = performance.now();
      const [page, unaffected] = await Promise.all([visit(), other.get("/profile")]);
      expect(unaffected.status).toBe(200);
      expect(page.status).toBe(503);
      expect(page.body).toContain("ERR_UNAVAILABLE");
      expect(performance.now() - startedAt).toBeLessThan(MAX_MS);
    }
    expect(process.memoryUsage().rss - before).toBeLessThan(MAX_GROWTH);
  }
});

/** Returns the response with a way to wait until the connections of all that were sent have ended. */
function observe(answer: ScriptedAnswer) {
  const endings: Promise<unknown>[] = [];
  const { write } = answer;
  if (write === undefined) return { sent: answer, ended: () => Promise.resolve() };
  return {
    sent: {
      ...answer,
      write: (response: Parameters<typeof write>[0]) => {
        endings.push(once(response, "close"));
        write(response);
      },
    },
    ended: async () => {
      await Promise.all(endings);
      expect(endings.length).toBeGreaterThan(0);
    },
  };
}
