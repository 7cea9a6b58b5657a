import { execFileSync } from "node:child_process";
import { delimiter, join } from "node:path";
import process from "node:process";

const VERSION_TIMEOUT_MS = 10_000;

/** Where Debian installs it, which is not in everybody's `PATH`. */
const SYSTEM_FOLDERS = ["/usr/sbin", "/usr/local/sbin"];

/** Returns the path of nginx, or `undefined` when there is none. `NGINX_PATH` decides alone when it is set. */
export function findNginx(env: NodeJS.ProcessEnv = process.env): string | undefined {
  if (env["NGINX_PATH"]) return [env["NGINX_PATH"]].find(isNginx);
  const folders = (env["PATH"] ?? "").split(delimiter).filter((folder) => folder !== "");
  return [...folders, ...SYSTEM_FOLDERS].map((folder) => join(folder, "nginx")).find(isNginx);
}

function isNginx(path: string): boolean {
  try {
    // Also without the modules that this project needs it may run: then the test says so.
    execFileSync(path, ["-v"], { stdio: "ignore", timeout: VERSION_TIMEOUT_MS });
    return true;
  } catch {
    return false;
  }
}
