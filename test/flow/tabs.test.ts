import { describe, expect, it } from "vitest";
import { useActors } from "../support/actors.js";
import type { HttpBrowser, Visited } from "../support/http-browser.js";
import { MAX_STEP_UPS } from "./limits.js";

const actors = useActors();

async function signIn(person = "Ada"): Promise<HttpBrowser> {
  const browser = await actors.signIn(person);
  actors.forgetReceived();
  return browser;
}

function pathOf(tab: number): string {
  return `/payslips?tab=${tab}`;
}

function redeemedCodes(): string[] {
  return actors.sandboxReceived
    .filter(({ parameters }) => parameters.get("grant_type") === "authorization_code")
    .map(({ parameters }) => parameters.get("code") ?? "");
}

function expectToArrive(answered: Visited, tab: number): void {
  expect(answered).toMatchObject({ status: 303, location: actors.url + pathOf(tab) });
}

async function expectPayslips(browser: HttpBrowser, tab: number): Promise<void> {
  const page = await browser.get(pathOf(tab));
  expect(page.status).toBe(200);
  expect(page.body).toContain("October 2026");
}

/** Tabs in the order in which they leave, pass the authority, and come back. */
interface Orders {
  readonly leaving: readonly number[];
  readonly confirming: readonly number[];
  readonly returning: readonly number[];
}

/** Steps up in every tab and expects each to end where it began. */
async function stepUpInEachTab(browser: HttpBrowser, orders: Orders): Promise<void> {
  const left = new Map<number, string>();
  for (const tab of orders.leaving) {
    const visited = await browser.get(pathOf(tab));
    expect(visited.status).toBe(302);
    left.set(tab, visited.location ?? "");
  }
  const answers = new Map<number, string>();
  for (const tab of orders.confirming) {
    answers.set(tab, await browser.atSandbox(left.get(tab) ?? ""));
  }
  for (const tab of orders.returning) {
    expectToArrive(await browser.get(answers.get(tab) ?? ""), tab);
    await expectPayslips(browser, tab);
  }
  expect(new Set(redeemedCodes()).size).toBe(orders.leaving.length);
  expect(redeemedCodes()).toHaveLength(orders.leaving.length);
}

describe("two tabs that step up at once", () => {
  const both = [
    [1, 2],
    [2, 1],
  ] as const;
  const orders = both.flatMap((leaving) =>
    both.flatMap((confirming) => both.map((returning) => ({ leaving, confirming, returning }))),
  );

  it.each(orders)(
    "each end where they began: leaving $leaving, confirming $confirming, returning $returning",
    async (each) => {
      await stepUpInEachTab(await signIn(), each);
    },
  );
});

describe("ten tabs that step up at once", () => {
  const tabs = Array.from({ length: 10 }, (_, index) => index + 1);

  /** Returns the tabs that go to the authority; expects the others to be told to wait. */
  function admitted(visits: readonly Visited[]): { tab: number; location: string }[] {
    const refused = visits.filter(({ status }) => status === 429);
    expect(refused).toHaveLength(tabs.length - MAX_STEP_UPS);
    for (const { body } of refused) expect(body).toContain("ERR_TOO_MANY_STEP_UPS");
    return visits.flatMap(({ status, location }, index) =>
      status === 302 ? [{ tab: index + 1, location: location ?? "" }] : [],
    );
  }

  /** Expects every tab to see its page without another request to the authority. */
  async function expectAllToArrive(browser: HttpBrowser): Promise<void> {
    actors.forgetReceived();
    for (const tab of tabs) await expectPayslips(browser, tab);
    expect(actors.sandboxReceived).toEqual([]);
  }

  it.each([1, 2, 3])("each end where they began, in the random orders of seed %i", async (seed) => {
    const random = seededRandom(seed);
    const browser = await signIn();
    const visits: Visited[] = [];
    for (const tab of shuffle(tabs, random)) visits[tab - 1] = await browser.get(pathOf(tab));
    const left = admitted(visits);
    const answers = new Map<number, string>();
    for (const { tab, location } of shuffle(left, random)) {
      answers.set(tab, await browser.atSandbox(location));
    }
    for (const [tab, answer] of shuffle([...answers], random)) {
      expectToArrive(await browser.get(answer), tab);
    }
    expect(redeemedCodes()).toHaveLength(MAX_STEP_UPS);
    await expectAllToArrive(browser);
  });

  it("each end where they began when all come back at the same moment", async () => {
    const browser = await signIn();
    const left = admitted(await Promise.all(tabs.map((tab) => browser.get(pathOf(tab)))));
    const answers: string[] = [];
    for (const { location } of left) answers.push(await browser.atSandbox(location));
    const answered = await Promise.all(answers.map((answer) => browser.get(answer)));
    for (const [index, each] of answered.entries()) expectToArrive(each, left[index]?.tab ?? 0);
    expect(redeemedCodes()).toHaveLength(MAX_STEP_UPS);
    await expectAllToArrive(browser);
  });
});

describe("a second account in one tab", () => {
  it("takes over, and what the first began is not finished", async () => {
    const browser = await signIn("Ada");
    const answer = await browser.atSandbox((await browser.get(pathOf(1))).location ?? "");
    const before = redeemedCodes().length;
    const other = await browser.get("/signin?prompt=select_account&returnTo=/profile");
    const profile = await browser.follow(other, { person: "Ben" });
    expect(profile.body).toContain("ben@");
    expect(redeemedCodes()).toHaveLength(before + 1);

    expect(await browser.get(answer)).toMatchObject({ status: 303, location: `${actors.url}/` });
    expect(redeemedCodes()).toHaveLength(before + 1);
    expect((await browser.get("/profile")).body).toContain("ben@");
  });
});

/** Creates a generator of numbers from 0 to 1, the same for the same seed (mulberry32). */
function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

function shuffle<Item>(items: readonly Item[], random: () => number): Item[] {
  return items
    .map((item) => ({ item, at: random() }))
    .sort((one, other) => one.at - other.at)
    .map(({ item }) => item);
}
