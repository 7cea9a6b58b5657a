import { afterEach, describe, expect, it, vi } from "vitest";
import type { HttpBrowser } from "../support/http-browser.js";
import { createPausedStore, type PausedStore } from "../support/paused-store.js";
import { pipeline } from "../support/pipeline.js";
import { createLogReader, type Line } from "./log-reader.js";
import { useFreshScriptedActors } from "./scripted-actors.js";
import { signInSomebody } from "./visits.js";

describe("a store that fails at the end of a response", () => {
  let store: PausedStore;
  const actors = useFreshScriptedActors(() => (store = createPausedStore()));
  const { lines } = createLogReader(actors);

  afterEach(() => {
    vi.restoreAllMocks();
  });

  /** Returns a browser whose session changes with the next request: its person was signed out elsewhere. */
  async function leaveSession(): Promise<HttpBrowser> {
    const browser = await signInSomebody(actors);
    for (const key of await store.keysOf("tokens")) await store.delete(key);
    store.failAt("replace", "session");
    return browser;
  }

  function failures(): readonly Line[] {
    return lines().filter(({ code }) => code === "ERR_STORE_UNAVAILABLE");
  }

  it.each([
    ["a page", "/", 200],
    ["a redirect", "/payslips", 302],
    ["the page of a problem", "/nowhere", 404],
  ])("is one line of the log with a code, and no raw stack: %s", async (_what, path, status) => {
    const printed = vi.spyOn(console, "error");
    const browser = await leaveSession();
    expect((await browser.get(path)).status).toBe(status);
    await expect.poll(failures).toHaveLength(1);
    expect(failures()).toMatchObject([{ level: 50, msg: "the session could not be stored" }]);
    expect(printed).not.toHaveBeenCalled();
  });

  it("leaves the connection open for the next request", async () => {
    const browser = await leaveSession();
    const cookie = [...browser.cookies].map((pair) => pair.join("=")).join("; ");
    const requests = { path: "/nowhere", headers: { cookie }, count: 3 };
    expect(await pipeline(actors.url, requests)).toEqual([404, 404, 404]);
    await expect.poll(failures).toHaveLength(3);
  });
});
