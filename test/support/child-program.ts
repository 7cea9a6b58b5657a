import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";

/** A child process of the tests. */
export interface ChildProgram {
  readonly process: ChildProcess;
  /** All that it has printed, to both streams. */
  readonly output: () => string;
  /** Waits until it has printed this; fails with its output when it ends first. */
  readonly printed: (pattern: RegExp) => Promise<void>;
  /** Waits for its end and returns the exit code; `null` when a signal ended it. */
  readonly ended: () => Promise<number | null>;
}

/** Starts `node <args>`, in the project's folder unless another is given, with these settings and none of ours. */
export function startProgram(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  cwd?: string,
): ChildProgram {
  return startCommand([process.execPath, ...args], env, cwd);
}

/** Starts any command like {@link startProgram}. */
export function startCommand(
  [command = "", ...args]: readonly string[],
  env: Readonly<Record<string, string>>,
  cwd?: string,
): ChildProgram {
  const child = spawn(command, args, {
    ...(cwd !== undefined && { cwd }),
    env: { PATH: process.env.PATH, HOME: process.env.HOME, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  const waiting = new Set<() => void>();
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk: Buffer) => {
      output += chunk.toString();
      for (const check of waiting) check();
    });
  }
  const exit = once(child, "close") as Promise<[number | null]>;
  return {
    process: child,
    output: () => output,
    printed: async (pattern) => {
      const found = new Promise<void>((resolve) => {
        function check(): void {
          if (pattern.test(output)) resolve();
        }
        waiting.add(check);
        check();
      });
      const early = exit.then(() => {
        throw new Error(`It ended before it printed ${String(pattern)}:\n${output}`);
      });
      await Promise.race([found, early]);
    },
    ended: async () => (await exit)[0],
  };
}
