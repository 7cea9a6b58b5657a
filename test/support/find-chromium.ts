import { execFileSync } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import process from "node:process";
import { chromium } from "playwright-core";

/**
 * The names under which distributions install a Chromium, in the order in which they are tried. The
 * first one, without a window to draw, takes half of the others' time.
 */
const COMMANDS = [
  ...["chromium-headless-shell", "chromium", "chromium-browser"],
  ...["google-chrome", "google-chrome-stable"],
];

const MACOS_APPLICATIONS = [
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
];

/** Milliseconds that a browser may take to say its version. */
const VERSION_TIMEOUT_MS = 30_000;

/**
 * Returns the path of a Chromium that starts, or `undefined` when there is none.
 *
 * `CHROMIUM_PATH` decides alone when it is set. Otherwise the first that runs of: the commands on
 * `PATH`, the applications of macOS, and the browser that Playwright's installer keeps.
 */
export function findChromium(env: NodeJS.ProcessEnv = process.env): string | undefined {
  return listCandidates(env).find((path) => isExecutable(path) && saysItsVersion(path));
}

function listCandidates(env: NodeJS.ProcessEnv): readonly string[] {
  if (env["CHROMIUM_PATH"]) return [env["CHROMIUM_PATH"]];
  const folders = (env["PATH"] ?? "").split(delimiter).filter((folder) => folder !== "");
  const onPath = COMMANDS.flatMap((command) => folders.map((folder) => join(folder, command)));
  const onMacOs = process.platform === "darwin" ? MACOS_APPLICATIONS : [];
  return [...onPath, ...onMacOs, chromium.executablePath()];
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Ubuntu's `chromium-browser` exists but only tells people to install a snap, hence the trial. */
function saysItsVersion(path: string): boolean {
  // On Windows the browser ignores the option and opens a window.
  if (process.platform === "win32") return true;
  try {
    execFileSync(path, ["--version"], { stdio: "ignore", timeout: VERSION_TIMEOUT_MS });
    return true;
  } catch {
    return false;
  }
}
