import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openBrowser } from "./browser.js";
import { findChromium } from "./find-chromium.js";

describe("openBrowser", () => {
  const server = createServer((_request, response) => {
    response.setHeader("Content-Type", "text/html");
    response.end("<!doctype html><title>Here</title><h1>Here</h1>");
  });
  let browser: Browser;

  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    browser = await openBrowser();
  });

  afterAll(async () => {
    await browser.close();
    server.closeAllConnections();
    server.close();
  });

  it("shows a page of this machine", async () => {
    const page = await (await browser.newContext()).newPage();
    await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
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
