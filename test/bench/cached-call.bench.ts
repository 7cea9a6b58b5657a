import { bench, describe } from "vitest";
import { startActors } from "../support/actors.js";
import { HttpBrowser } from "../support/http-browser.js";

// Hooks do not run around benchmarks; the actors end with the process.
const actors = await startActors({ settings: { LOG_LEVEL: "silent" } });
const ada = new HttpBrowser(actors.url);
await ada.open("/signin", { person: "Ada" });

describe("a page with a cached token", () => {
  bench("GET /healthz, for comparison", async () => {
    await ada.get("/healthz");
  });

  bench("GET /profile: session, silent token, one API call, page", async () => {
    const { status } = await ada.get("/profile");
    if (status !== 200) throw new Error(`The page was answered with ${status}`);
  });
});
