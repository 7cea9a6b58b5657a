import process from "node:process";
import { canInstallDebianPackages, debianPackage, install } from "./install.js";

/** A program that tests need. */
export interface Tool {
  readonly name: string;
  /** The package of Debian that has it. */
  readonly debianName: string;
  /** The environment variable that names it. */
  readonly variable: string;
  /** Returns its path; undefined when there is none that fits. */
  readonly find: () => string | undefined;
  /** What to do without it, in one line. */
  readonly advice: string;
}

/**
 * Finds a program or installs it, and prints its path; else says in one line what to do, and the process
 * ends with exit code 1. A variable that names no such program is an error, not a reason to install one.
 */
export function ensureTool(tool: Tool): void {
  const { name, variable, advice } = tool;
  const isNamed = Boolean(process.env[variable]);
  const path = tool.find() ?? (isNamed ? undefined : installAndFind(tool));
  if (path !== undefined) {
    process.stdout.write(`${name}: ${path}\n`);
    return;
  }
  const named = `${variable} names no ${name} that the tests can use: correct it, or unset it.`;
  process.stderr.write(`${isNamed ? named : advice}\n`);
  process.exitCode = 1;
}

function installAndFind({ name, debianName, find }: Tool): string | undefined {
  if (!canInstallDebianPackages()) return undefined;
  process.stdout.write(`The tests need ${name}, and none was found: it is installed now.\n`);
  install(name, debianPackage(debianName));
  return find();
}
