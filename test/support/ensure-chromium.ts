/**
 * Makes sure that the browser tests have a Chromium: finds one, or installs one, or says in one line
 * what to install and ends with exit code 1. `npm test` runs it first.
 */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import process from "node:process";
import { findChromium } from "./find-chromium.js";

interface Command {
  readonly file: string;
  readonly args: readonly string[];
}

const isRoot = process.getuid?.() === 0;

function isDebianLike(): boolean {
  try {
    return /^ID(_LIKE)?=.*\b(debian|ubuntu)\b/m.test(readFileSync("/etc/os-release", "utf8"));
  } catch {
    return false;
  }
}

/** 64 MB, where `chromium` brings over a hundred packages along. */
const DEBIAN_PACKAGE = "chromium-headless-shell";

function debianPackage(): readonly Command[] {
  return [
    { file: "apt-get", args: ["update"] },
    { file: "apt-get", args: ["install", "-y", "--no-install-recommends", DEBIAN_PACKAGE] },
  ];
}

/** Playwright's own build; as root its installer may add the shared libraries that it needs. */
function playwrightBuild(): readonly Command[] {
  const manifest = createRequire(import.meta.url).resolve("playwright-core/package.json");
  const cli = join(dirname(manifest), "cli.js");
  const withDeps = isRoot && process.platform === "linux" ? ["--with-deps"] : [];
  return [
    { file: process.execPath, args: [cli, "install", "--no-shell", ...withDeps, "chromium"] },
  ];
}

/** Runs commands and only prints a failure: the caller looks for the browser afterwards. */
function run(commands: readonly Command[]): void {
  for (const { file, args } of commands) {
    process.stdout.write(`Installing Chromium: ${file} ${args.join(" ")}\n`);
    try {
      const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
      execFileSync(file, args, { stdio: "inherit", env });
    } catch {
      process.stdout.write(`${file} failed\n`);
    }
  }
}

function ensureChromium(): string | undefined {
  const found = findChromium();
  if (found !== undefined || process.env["CHROMIUM_PATH"]) return found;
  const recipes = [...(isRoot && isDebianLike() ? [debianPackage()] : []), playwrightBuild()];
  for (const recipe of recipes) {
    run(recipe);
    const installed = findChromium();
    if (installed !== undefined) return installed;
  }
  return undefined;
}

const path = ensureChromium();
if (path === undefined) {
  process.stderr.write(
    process.env["CHROMIUM_PATH"]
      ? "CHROMIUM_PATH names no Chromium that starts: correct it, or unset it.\n"
      : "The browser tests need Chromium: install it (Debian: apt-get install chromium) or set CHROMIUM_PATH.\n",
  );
  process.exitCode = 1;
} else {
  process.stdout.write(`Chromium: ${path}\n`);
}
