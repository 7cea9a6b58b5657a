import { beforeEach, describe, expect, it } from "vitest";
import { useActors } from "../support/actors.js";
import { HttpBrowser } from "../support/http-browser.js";
import { pipeline } from "../support/pipeline.js";

const MINUTE = 60_000;

/** As long as a path gets in a URL that a server accepts; each byte is three characters again. */
const LONG_PATH = `/${"%FF".repeat(2_000)}`;

/** Begins sign-ins from one address, over one connection; returns the status of each. */
function begin(url: string, from: string, count: number): Promise<number[]> {
  const path = `/signin?returnTo=${LONG_PATH}`;
  return pipeline(url, { path, headers: { "x-forwarded-for": from }, count });
}

describe("strangers who begin sign-ins without end", { timeout: 120_000 }, () => {
  const actors = useActors({
    settings: {
      TRUST_PROXY: "1",
      RATE_LIMIT_PER_MINUTE: "300",
      // Room for some 500 sign-ins of strangers, fewer than they begin.
      MEMORY_STORE_MAX_MEGABYTES: "4",
    },
  });

  /** Returns the lines of the log that say that the store is full. */
  function fullLines(): string[] {
    return actors.logLines.filter((line) => line.includes("the memory store is full"));
  }

  beforeEach(() => {
    // To the beginning of a minute.
    const { clock } = actors;
    clock.aheadMs += MINUTE - (clock.now() % MINUTE);
  });

  it("stop nobody's sign-in and nobody's step-up from one address", async () => {
    const ada = await actors.signIn("Ada");
    const stepUp = await ada.atSandbox((await ada.get("/payslips")).location ?? "");
    const ben = new HttpBrowser(actors.url);
    const signIn = await ben.atSandbox((await ben.get("/signin")).location ?? "", {
      person: "Ben",
    });

    const statuses = await begin(actors.url, "192.0.2.1", 3_700);
    expect(statuses.filter((status) => status === 302)).toHaveLength(300);
    expect(statuses.filter((status) => status === 429)).toHaveLength(3_400);

    expect((await ben.get(signIn)).status).toBe(303);
    expect((await ben.getJson("/profile")).status).toBe(200);
    expect((await ada.follow(await ada.get(stepUp))).status).toBe(200);
    expect(fullLines()).toEqual([]);
  });

  it("stop nobody's step-up from many addresses, and sign nobody out", async () => {
    const ada = await actors.signIn("Ada");
    const stepUp = await ada.atSandbox((await ada.get("/payslips")).location ?? "");
    const switching = await ada.get("/signin?prompt=select_account");
    const back = await ada.atSandbox(switching.location ?? "", { person: "Ada" });

    for (let address = 1; address <= 10; address += 1) {
      const statuses = await begin(actors.url, `198.51.100.${address}`, 100);
      expect(new Set(statuses)).toEqual(new Set([302]));
    }

    // One for each kind, however many entries were dropped.
    const kinds = fullLines().map((line) => (JSON.parse(line) as { kind: string }).kind);
    expect(new Set(kinds)).toContain("visitor-flow");
    expect(kinds.filter((kind) => !kind.startsWith("visitor"))).toEqual([]);
    expect(kinds).toHaveLength(new Set(kinds).size);
    expect((await ada.follow(await ada.get(stepUp))).status).toBe(200);
    expect((await ada.get(back)).status).toBe(303);
    expect((await ada.getJson("/profile")).status).toBe(200);
  });
});
