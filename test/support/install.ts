import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import process from "node:process";

/** A command that installs something. */
export interface InstallCommand {
  readonly file: string;
  readonly args: readonly string[];
}

/** Whether this process may install packages. */
export const isRoot = process.getuid?.() === 0;

/** Returns whether packages can be installed with `apt-get`: on Debian and its relatives, as root. */
export function canInstallDebianPackages(): boolean {
  if (!isRoot) return false;
  try {
    return /^ID(_LIKE)?=.*\b(debian|ubuntu)\b/m.test(readFileSync("/etc/os-release", "utf8"));
  } catch {
    return false;
  }
}

/** Returns the commands that install a package of Debian. */
export function debianPackage(name: string): readonly InstallCommand[] {
  return [
    { file: "apt-get", args: ["update"] },
    { file: "apt-get", args: ["install", "-y", "--no-install-recommends", name] },
  ];
}

/** Runs commands and only prints a failure: the caller looks for the result afterwards. */
export function install(what: string, commands: readonly InstallCommand[]): void {
  for (const { file, args } of commands) {
    process.stdout.write(`Installing ${what}: ${file} ${args.join(" ")}\n`);
    try {
      const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
      execFileSync(file, args, { stdio: "inherit", env });
    } catch {
      process.stdout.write(`${file} failed\n`);
    }
  }
}
