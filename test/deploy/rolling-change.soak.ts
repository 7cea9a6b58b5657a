import { describe, expect, it } from "vitest";
import { SESSION_SECRET } from "../support/session-secret.js";
import { setUpForAll } from "../support/set-up.js";
import type { HttpBrowser } from "../support/http-browser.js";
import { startDeployment } from "./deployment.js";

const NEW_SECRET = "another secret of the tests that is long enough";

describe("two instances behind nginx, restarted one after the other", () => {
  const deployment = setUpForAll(startDeployment);

  async function signIn(person: string): Promise<HttpBrowser> {
    const browser = deployment.createBrowser();
    expect((await browser.open("/signin", { person })).status).toBe(200);
    return browser;
  }

  async function statusOf(browser: HttpBrowser, path: string): Promise<number> {
    return (await browser.get(path, { accept: "application/json" })).status;
  }

  it("sign nobody out in a rolling change of SESSION_SECRET", async () => {
    const ada = await signIn("Ada");
    for (const secrets of [`${SESSION_SECRET},${NEW_SECRET}`, `${NEW_SECRET},${SESSION_SECRET}`]) {
      for (const index of [0, 1] as const) {
        await deployment.restart(index, { SESSION_SECRET: secrets });
        for (let visits = 0; visits < 4; visits += 1) {
          expect(await statusOf(ada, "/profile")).toBe(200);
        }
      }
    }
    const ben = await signIn("Ben");
    for (const index of [0, 1] as const) {
      await deployment.restart(index, { SESSION_SECRET: NEW_SECRET });
      expect(await statusOf(ben, "/profile")).toBe(200);
      expect(await statusOf(ben, "/profile")).toBe(200);
    }
  }, 120_000);
});
