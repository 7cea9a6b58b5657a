import process from "node:process";
import { chromium } from "playwright-core";
import type { Browser } from "playwright-core";
import { findChromium } from "./find-chromium.js";

/** Headless and quiet: no traffic but the test's own. */
const FLAGS = [
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/**
 * Starts a headless Chromium. Use one context (`browser.newContext()`) for each person: contexts
 * share no cookies. Close the browser in `afterAll`.
 *
 * @throws `Error` when there is no Chromium; `npm run test:browser-ready` installs one.
 */
export async function openBrowser(): Promise<Browser> {
  const executablePath = findChromium();
  if (executablePath === undefined) {
    throw new Error("No Chromium: run `npm run test:browser-ready` or set CHROMIUM_PATH.");
  }
  // Chromium refuses to run its own sandbox as root, which is who runs in most containers.
  const args = process.getuid?.() === 0 ? [...FLAGS, "--no-sandbox"] : FLAGS;
  return await chromium.launch({ executablePath, args });
}
