/**
 * Makes sure that the tests of `deploy/` have nginx: finds it, or installs it, or says in one line what
 * to install and ends with exit code 1. `npm test` runs it.
 */
import process from "node:process";
import { findNginx } from "./find-nginx.js";
import { canInstallDebianPackages, debianPackage, install } from "./install.js";

function ensureNginx(): string | undefined {
  const found = findNginx();
  if (found !== undefined || process.env["NGINX_PATH"]) return found;
  if (!canInstallDebianPackages()) return undefined;
  install("nginx", debianPackage("nginx-light"));
  return findNginx();
}

const path = ensureNginx();
if (path === undefined) {
  process.stderr.write(
    process.env["NGINX_PATH"]
      ? "NGINX_PATH names no nginx: correct it, or unset it.\n"
      : "The tests need nginx: install it (Debian: apt-get install nginx-light) or set NGINX_PATH.\n",
  );
  process.exitCode = 1;
} else {
  process.stdout.write(`nginx: ${path}\n`);
}
