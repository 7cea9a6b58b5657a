/**
 * Makes sure that the tests with other clients have MSAL for Python: finds it, or installs it, or says
 * in one line what to install and ends with exit code 1. `npm test` runs it first.
 */
import process from "node:process";
import { findMsalPython } from "./find-msal-python.js";
import { canInstallDebianPackages, debianPackage, install } from "./install.js";

function ensureMsalPython(): string | undefined {
  const found = findMsalPython();
  if (found !== undefined || process.env["PYTHON_PATH"]) return found;
  if (!canInstallDebianPackages()) return undefined;
  install("MSAL for Python", debianPackage("python3-msal"));
  return findMsalPython();
}

const path = ensureMsalPython();
if (path === undefined) {
  process.stderr.write(
    process.env["PYTHON_PATH"]
      ? "PYTHON_PATH names no Python that has MSAL: correct it, or unset it.\n"
      : "The tests with other clients need MSAL for Python: install it (Debian: apt-get install python3-msal; else pip install msal) or set PYTHON_PATH.\n",
  );
  process.exitCode = 1;
} else {
  process.stdout.write(`MSAL for Python: ${path}\n`);
}
