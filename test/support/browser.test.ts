import { describe, expect, it } from "vitest";
import { openBrowser } from "./browser.js";
import { startProgram } from "./child-program.js";
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
    expect(findChromium({ env: { CHROMIUM_PATH: "/nonexistent/chromium" } })).toBeUndefined();
  });

  it("passes over a command that does not start", () => {
    expect(findChromium({ env: { CHROMIUM_PATH: "/bin/false" } })).toBeUndefined();
  });

  const windows = {
    PATH: "C:\\Windows",
    ProgramFiles: "C:\\Program Files",
    "ProgramFiles(x86)": "C:\\Program Files (x86)",
    LOCALAPPDATA: "C:\\Users\\ada\\AppData\\Local",
  };

  it.each([
    ["win32", "C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe"],
    ["win32", "C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe"],
    ["win32", "C:\\Users\\ada\\AppData\\Local\\Google\\Chrome\\Application\\chrome.exe"],
    ["darwin", "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"],
    ["darwin", "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge"],
    ["darwin", "/Users/ada/Applications/Chromium.app/Contents/MacOS/Chromium"],
    ["linux", "/opt/bin/microsoft-edge-stable"],
    ["linux", "/usr/bin/chromium"],
  ] as const)("finds on %s: %s", (platform, path) => {
    const env = platform === "win32" ? windows : { PATH: "/usr/bin:/opt/bin" };
    const machine = { platform, env, home: "/Users/ada" };
    expect(findChromium({ ...machine, starts: (each) => each === path })).toBe(path);
    expect(findChromium({ ...machine, starts: () => false })).toBeUndefined();
  });
});

describe("npm run test:browser-ready", () => {
  it.runIf(process.platform === "linux")(
    "says what is missing and how to do without it before it installs anything",
    async () => {
      // Neither a browser nor an installer is found, and nothing can be downloaded.
      const nowhere = { PATH: "/nonexistent", PLAYWRIGHT_BROWSERS_PATH: "/nonexistent" };
      const offline = { ...nowhere, PLAYWRIGHT_DOWNLOAD_HOST: "http://127.0.0.1:9" };
      const program = startProgram(["--import", "tsx", "test/support/ensure-chromium.ts"], offline);
      expect(await program.ended()).toBe(1);
      const [notice = ""] = program.output().split("Installing Chromium: ");
      expect(notice).toContain("none was found");
      expect(notice).toContain("CHROMIUM_PATH");
      expect(notice).toContain("test:no-browser");
      expect(program.output()).toMatch(/The browser tests need Chromium: install it/);
    },
  );
});
