/**
 * Makes sure that the tests of the Redis store have a Redis server: finds one, or installs one, or says
 * in one line what to install and ends with exit code 1. `npm test` runs it first.
 */
import process from "node:process";
import { findRedis } from "./find-redis.js";
import { canInstallDebianPackages, debianPackage, install } from "./install.js";

function ensureRedis(): string | undefined {
  const found = findRedis();
  if (found !== undefined || process.env["REDIS_SERVER_PATH"]) return found;
  if (!canInstallDebianPackages()) return undefined;
  process.stdout.write("The tests need Redis, and none was found: it is installed now.\n");
  install("Redis", debianPackage("redis-server"));
  return findRedis();
}

const path = ensureRedis();
if (path === undefined) {
  process.stderr.write(
    process.env["REDIS_SERVER_PATH"]
      ? "REDIS_SERVER_PATH names no Redis 7 or newer: correct it, or unset it.\n"
      : "The tests need Redis 7 or newer: install it (Debian: apt-get install redis-server) or set REDIS_SERVER_PATH.\n",
  );
  process.exitCode = 1;
} else {
  process.stdout.write(`Redis: ${path}\n`);
}
