import { describe, expect, it } from "vitest";
import { useActors } from "../support/actors.js";
import { HttpBrowser } from "../support/http-browser.js";
import { pipeline } from "../support/pipeline.js";

const PATH = `/signin?returnTo=/${"%FF".repeat(2_000)}`;

describe("thirty thousand requests for a sign-in", () => {
  const actors = useActors({ settings: { TRUST_PROXY: "1", LOG_LEVEL: "warn" } });

  it.each([
    ["one address", 1],
    ["a hundred addresses", 100],
  ])("stop no sign-in and no step-up that is under way: from %s", async (_from, addresses) => {
    const ada = await actors.signIn("Ada");
    const stepUp = await ada.atSandbox((await ada.get("/payslips")).location ?? "");
    const ben = new HttpBrowser(actors.url);
    const begun = await ben.get("/signin", { "x-forwarded-for": "203.0.113.1" });
    const signIn = await ben.atSandbox(begun.location ?? "", { person: "Ben" });

    for (let address = 1; address <= addresses; address += 1) {
      const headers = { "x-forwarded-for": `192.0.2.${address}` };
      await pipeline(actors.url, { path: PATH, headers, count: 30_000 / addresses });
    }

    const finished = await ben.get(signIn, { "x-forwarded-for": "203.0.113.1" });
    expect(finished.status).toBe(303);
    expect((await ada.follow(await ada.get(stepUp))).status).toBe(200);
    expect(actors.logLines.filter((line) => line.includes("the memory store is full"))).toEqual([]);
  });
});
