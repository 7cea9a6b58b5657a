import { execFileSync } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { homedir } from "node:os";
import { posix, win32 } from "node:path";
import process from "node:process";
import { chromium } from "playwright-core";

/**
 * The names under which distributions install a Chromium, in the order in which they are tried. The
 * first one, without a window to draw, takes half of the others' time.
 */
const COMMANDS = [
  ...["chromium-headless-shell", "chromium", "chromium-browser"],
  ...["google-chrome", "google-chrome-stable", "microsoft-edge", "microsoft-edge-stable"],
];

const MACOS_APPLICATIONS = ["Google Chrome", "Chromium", "Microsoft Edge"];

/** Below the folders for programs of Windows. */
const WINDOWS_PROGRAMS = [
  ["Google", "Chrome", "Application", "chrome.exe"],
  ["Chromium", "Application", "chrome.exe"],
  ["Microsoft", "Edge", "Application", "msedge.exe"],
];

/** Milliseconds that a browser may take to say its version. */
const VERSION_TIMEOUT_MS = 30_000;

/** The machine that a browser is looked for on. */
export interface Machine {
  readonly platform: NodeJS.Platform;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly home: string;
  /** Returns whether the file is a browser that starts. */
  readonly starts: (path: string) => boolean;
}

/**
 * Returns the path of a Chromium that starts, or `undefined` when there is none.
 *
 * `CHROMIUM_PATH` decides alone when it is set. Otherwise the first that runs of: the commands on
 * `PATH`, Chrome, Chromium and Edge where macOS and Windows have them, and the browser that
 * Playwright's installer keeps.
 */
export function findChromium(machine: Partial<Machine> = {}): string | undefined {
  const { starts, ...where } = { ...thisMachine(), ...machine };
  return listCandidates(where).find(starts);
}

function thisMachine(): Machine {
  const { platform, env } = process;
  return { platform, env, home: homedir(), starts: (path) => isExecutable(path) && runs(path) };
}

function listCandidates({ platform, env, home }: Omit<Machine, "starts">): readonly string[] {
  if (env["CHROMIUM_PATH"]) return [env["CHROMIUM_PATH"]];
  const kept = chromium.executablePath();
  if (platform === "win32") return [...windowsPrograms(env), kept];
  const folders = (env["PATH"] ?? "").split(posix.delimiter).filter((folder) => folder !== "");
  const onPath = COMMANDS.flatMap((command) => folders.map((each) => posix.join(each, command)));
  return [...onPath, ...(platform === "darwin" ? macOsApplications(home) : []), kept];
}

/** Chrome and Edge are installed for all people of a machine or for one. */
function windowsPrograms(env: Machine["env"]): string[] {
  const names = ["PROGRAMFILES", "PROGRAMFILES(X86)", "LOCALAPPDATA"];
  const values = new Map(Object.entries(env).map(([name, value]) => [name.toUpperCase(), value]));
  const folders = names.flatMap((name) => values.get(name) ?? []);
  return WINDOWS_PROGRAMS.flatMap((program) => {
    return folders.map((folder) => win32.join(folder, ...program));
  });
}

function macOsApplications(home: string): string[] {
  const folders = ["/Applications", posix.join(home, "Applications")];
  return MACOS_APPLICATIONS.flatMap((name) => {
    return folders.map((each) => posix.join(each, `${name}.app`, "Contents", "MacOS", name));
  });
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
function runs(path: string): boolean {
  // On Windows the browser ignores the option and opens a window.
  if (process.platform === "win32") return true;
  try {
    execFileSync(path, ["--version"], { stdio: "ignore", timeout: VERSION_TIMEOUT_MS });
    return true;
  } catch {
    return false;
  }
}
