import { execFile } from "node:child_process";
import { promisify } from "node:util";

/** The production app: `dist/main.js`. */
export const WEB_APP = "dist/main.js";

const PROJECTS = ["tsconfig.build.json", "tsconfig.bench.json"];

let built: Promise<void> | undefined;

/**
 * Builds the web app and the programs of the benchmarks, once. All run as plain JavaScript, because a
 * loader would change the time of the start and the memory.
 */
export function build(): Promise<void> {
  built ??= compile();
  return built;
}

async function compile(): Promise<void> {
  for (const project of PROJECTS) {
    const args = ["node_modules/typescript/bin/tsc", "-p", project];
    await promisify(execFile)(process.execPath, args);
  }
}

/** Returns where the build leaves a program of `bench/`, such as `programs/graph-stub`. */
export function programPath(name: string): string {
  return `bench/dist/${name}.js`;
}
