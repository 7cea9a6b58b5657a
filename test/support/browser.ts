import { type Browser, chromium } from "playwright-core";
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
 * share no cookies.
 *
 * @throws `Error` when there is no Chromium; `npm run test:browser-ready` installs one.
 */
export async function openBrowser(): Promise<Browser> {
  const executablePath = findChromium();
  if (executablePath === undefined) {
    throw new Error("No Chromium: run `npm run test:browser-ready` or set CHROMIUM_PATH.");
  }
  // Chromium's sandbox starts neither as root nor in most containers, and the pages are our own.
  return await chromium.launch({ executablePath, args: FLAGS, chromiumSandbox: false });
}
