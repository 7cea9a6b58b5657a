import { describe, expect, it } from "vitest";
import { openBrowser } from "./browser.js";
import { findChromium } from "./find-chromium.js";
import { listen } from "./listen.js";
import { setUpForAll } from "./set-up.js";

describe("openBrowser", () => {
  const browser = setUpForAll(openBrowser);
  const site = setUpForAll(() =>
    listen((_request, response) => {
      response.setHeader("Content-Type", "text/html");
      response.end("<!doctype html><title>Here</title><h1>Here</h1>");
    }),
  );

  it("shows a page of this machine", async () => {
    const page = await (await browser.newContext()).newPage();
    await page.goto(site.url);
    expect(await page.getByRole("heading").textContent()).toBe("Here");
  });
});

describe("findChromium", () => {
  it("finds none when CHROMIUM_PATH names a file that is not there", () => {
    expect(findChromium({ CHROMIUM_PATH: "/nonexistent/chromium" })).toBeUndefined();
  });

  it("passes over a command that does not start", () => {
    expect(findChromium({ CHROMIUM_PATH: "/bin/false" })).toBeUndefined();
  });
});
