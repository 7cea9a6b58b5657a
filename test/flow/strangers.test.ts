import { beforeEach, describe, expect, it } from "vitest";
import { createMemoryStore } from "../../src/store/memory-store.js";
import { useActors } from "../support/actors.js";
import { HttpBrowser } from "../support/http-browser.js";
import { pipeline } from "../support/pipeline.js";

/** As long as a path gets in a URL that a server accepts; each byte is three characters again. */
const LONG_PATH = `/${"%FF".repeat(2_000)}`;

/** Begins sign-ins from one address, over one connection; returns the status of each. */
function begin(url: string, from: string, count: number): Promise<number[]> {
  const path = `/signin?returnTo=${LONG_PATH}`;
  return pipeline(url, { path, headers: { "x-forwarded-for": from }, count });
}

describe("strangers who begin sign-ins without end", () => {
  const dropped: string[] = [];
  const actors = useActors({
    settings: { TRUST_PROXY: "1", RATE_LIMIT_PER_MINUTE: "300" },
    // Room for some 500 sign-ins of strangers, far fewer than they begin.
    store: createMemoryStore({ maxBytes: 4 * 1024 * 1024, onFull: (kind) => dropped.push(kind) }),
  });

  beforeEach(() => {
    actors.clock.aheadMs += 60_000;
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
    expect(dropped).toEqual([]);
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

    expect(dropped.length).toBeGreaterThan(0);
    expect(dropped.filter((kind) => !kind.startsWith("visitor"))).toEqual([]);
    expect((await ada.follow(await ada.get(stepUp))).status).toBe(200);
    expect((await ada.get(back)).status).toBe(303);
    expect((await ada.getJson("/profile")).status).toBe(200);
  });
});
