import { describe, expect, it } from "vitest";
import { CHALLENGE } from "../support/api-responses.js";
import { createRecordingStore } from "../support/recording-store.js";
import { forgetReceived, useFreshScriptedActors, useScriptedActors } from "./scripted-actors.js";
import { signInSomebody, signInWithToken } from "./visits.js";

describe("a page with a token at hand", () => {
  const operations: string[] = [];
  const actors = useFreshScriptedActors(() => createRecordingStore(operations));

  it("needs two store operations and one call of the API", async () => {
    const browser = await signInSomebody(actors);
    operations.length = 0;
    expect((await browser.get("/profile")).status).toBe(200);
    expect(operations).toEqual(["getAndExtend session", "get tokens"]);
    expect(actors.graph.seen).toHaveLength(1);
    expect(actors.authority.seen).toEqual([]);
  });
});

describe("ten tabs that are refused with one token", () => {
  const actors = useScriptedActors();

  it.each(["at once", "one after the other"])("ask for a new one once: %s", async (manner) => {
    const browser = await signInWithToken(actors);
    await browser.open("/payslips");
    const refused = new Set<string | undefined>();
    const { answer } = actors.payroll;
    let first: string | undefined;
    actors.payroll.answer = (request) => {
      first ??= request.headers.authorization;
      if (request.headers.authorization !== first) return answer(request);
      refused.add(first);
      return CHALLENGE;
    };
    // The person has this authentication context at the authority already.
    await browser.open("/payslips");
    forgetReceived(actors);
    first = undefined;
    const tabs = Array.from({ length: 10 }, () => () => browser.getJson("/payslips"));
    if (manner === "at once") await Promise.all(tabs.map((open) => open()));
    else for (const open of tabs) await open();
    expect(actors.authority.requestsTo("/token")).toHaveLength(1);
  });
});

describe("a token whose renewal is recommended", () => {
  const actors = useScriptedActors();

  it("is used at once, and renewed while nobody waits", async () => {
    actors.authority.misissue.tokenResponse = { refresh_in: 1_800 };
    const browser = await signInSomebody(actors);
    actors.authority.misissue.tokenResponse = {};
    actors.clock.aheadMs = 31 * 60_000;
    expect((await browser.getJson("/profile")).status).toBe(200);
    await expect.poll(() => actors.authority.requestsTo("/token").length).toBe(1);
    const [before] = actors.graph.seen;
    await expect
      .poll(async () => {
        await browser.getJson("/profile");
        return actors.graph.seen.at(-1)?.headers.authorization;
      })
      .not.toBe(before?.headers.authorization);
  });

  it("delays no page when the authority does not respond", async () => {
    actors.authority.misissue.tokenResponse = { refresh_in: 1_800 };
    const browser = await signInSomebody(actors);
    actors.authority.misissue.tokenResponse = {};
    actors.clock.aheadMs = 31 * 60_000;
    const outage = { status: 503 };
    actors.authority.nextTokenAnswers.push(outage, outage);
    expect((await browser.getJson("/profile")).status).toBe(200);
    await expect.poll(() => actors.authority.requestsTo("/token").length).toBeGreaterThan(0);
    expect((await browser.getJson("/profile")).status).toBe(200);
  });
});
