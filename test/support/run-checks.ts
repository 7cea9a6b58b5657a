import { spawn } from "node:child_process";
import { cpus } from "node:os";

/** The longest first: there are as many under way as there are processors. */
const CHECKS = [
  "check:lint",
  "check:types",
  "check:format",
  "check:boundaries",
  "check:unused",
  "check:docs",
];

/** Runs an npm script; prints its output when it ends, and returns its exit code. */
async function run(script: string): Promise<number> {
  const child = spawn("npm", ["run", "--silent", script], { shell: process.platform === "win32" });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk: Buffer) => (output += chunk.toString()));
  }
  const code = await new Promise<number>((resolve) => {
    child.on("error", () => {
      resolve(1);
    });
    child.on("close", (ended) => {
      resolve(ended ?? 1);
    });
  });
  process.stdout.write(`${code === 0 ? "ok    " : "FAILED"} ${script}\n${output}`);
  return code;
}

async function runNext(waiting: string[]): Promise<void> {
  for (let script = waiting.shift(); script !== undefined; script = waiting.shift()) {
    if ((await run(script)) !== 0) process.exitCode = 1;
  }
}

const waiting = [...CHECKS];
await Promise.all(cpus().map(() => runNext(waiting)));
