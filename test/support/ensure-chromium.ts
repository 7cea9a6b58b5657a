/**
 * Makes sure that the browser tests have a Chromium: finds one, or installs one, or says in one line
 * what to install and ends with exit code 1. `npm test` runs it first.
 */
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import process from "node:process";
import { findChromium } from "./find-chromium.js";
import {
  canInstallDebianPackages,
  debianPackage,
  install,
  type InstallCommand,
  isRoot,
} from "./install.js";

/** 64 MB, where `chromium` brings over a hundred packages along. */
const DEBIAN_PACKAGE = "chromium-headless-shell";

/** Playwright's own build; as root its installer may add the shared libraries that it needs. */
function playwrightBuild(): readonly InstallCommand[] {
  const manifest = createRequire(import.meta.url).resolve("playwright-core/package.json");
  const cli = join(dirname(manifest), "cli.js");
  const withDeps = isRoot && process.platform === "linux" ? ["--with-deps"] : [];
  return [
    { file: process.execPath, args: [cli, "install", "--no-shell", ...withDeps, "chromium"] },
  ];
}

function ensureChromium(): string | undefined {
  const found = findChromium();
  if (found !== undefined || process.env["CHROMIUM_PATH"]) return found;
  const debian = canInstallDebianPackages() ? [debianPackage(DEBIAN_PACKAGE)] : [];
  const recipes = [...debian, playwrightBuild()];
  process.stdout.write(
    "The browser tests need Chromium, Chrome or Edge, and none was found: one is installed now.\n" +
      "To use your own, stop this and set CHROMIUM_PATH; npm run test:no-browser needs none.\n",
  );
  for (const recipe of recipes) {
    install("Chromium", recipe);
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
      : "The browser tests need Chromium: install it (Debian: apt-get install chromium) or set CHROMIUM_PATH. npm run test:no-browser needs none.\n",
  );
  process.exitCode = 1;
} else {
  process.stdout.write(`Chromium: ${path}\n`);
}
