import { execFileSync } from "node:child_process";
import { delimiter, join } from "node:path";
import process from "node:process";

/** Where Debian's `python3-msal` installs, besides what is on the `PATH`. */
const DEBIAN_PYTHON = "/usr/bin/python3";

const IMPORT_TIMEOUT_MS = 30_000;

/**
 * Returns the path of a Python that has MSAL, or `undefined` when there is none. `PYTHON_PATH` decides
 * alone when it is set.
 */
export function findMsalPython(env: NodeJS.ProcessEnv = process.env): string | undefined {
  if (env["PYTHON_PATH"]) return [env["PYTHON_PATH"]].find(hasMsal);
  const folders = (env["PATH"] ?? "").split(delimiter).filter((folder) => folder !== "");
  const paths = [DEBIAN_PYTHON, ...folders.map((folder) => join(folder, "python3"))];
  return paths.find(hasMsal);
}

function hasMsal(path: string): boolean {
  try {
    execFileSync(path, ["-c", "import msal"], { stdio: "ignore", timeout: IMPORT_TIMEOUT_MS });
    return true;
  } catch {
    return false;
  }
}
