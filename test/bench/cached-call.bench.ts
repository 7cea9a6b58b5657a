import { afterAll, beforeAll, bench, describe } from "vitest";
import { startActors } from "../support/actors.js";
import type { Actors } from "../support/actors.js";
import { HttpBrowser } from "../support/http-browser.js";

describe("a page with a cached token", () => {
  let actors: Actors;
  let ada: HttpBrowser;

  beforeAll(async () => {
    actors = await startActors();
    ada = new HttpBrowser(actors.url);
    await ada.open("/signin", { person: "Ada" });
  });

  afterAll(() => actors.close());

  bench("GET /healthz, for comparison", async () => {
    await ada.get("/healthz");
  });

  bench("GET /profile: session, silent token, one API call, page", async () => {
    await ada.get("/profile");
  });
});
