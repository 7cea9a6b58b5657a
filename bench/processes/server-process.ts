import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { setTimeout as waitMs } from "node:timers/promises";
import { freePort } from "../../test/support/free-port.js";
import { programPath } from "./build.js";
import { startChild } from "./child.js";

/** How often a server is asked whether it is ready, in milliseconds. */
const POLL_MS = 4;

/** How long a server may take to be ready, in milliseconds. */
const READY_MS = 30_000;

/** Options of {@link startServerProcess}. */
export interface ServerProgram {
  /** The program, what it is given, and options of Node before them. */
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** An address that responds once the program is ready; its `/readyz` unless given. */
  readonly readyUrl?: string;
  /** The port that it listens on; a free one unless given. */
  readonly port?: number;
}

/** A server in a process of its own. */
export interface ServerProcess {
  /** Its origin. */
  readonly url: string;
  /** How long it took from the spawn of the process until it was ready, in milliseconds. */
  readonly startMs: number;
  /** Returns the CPU time that the process has used so far, in milliseconds. */
  readonly cpuMs: () => Promise<number>;
  /** Returns the resident memory in megabytes, or undefined where the system has no `/proc`. */
  readonly residentMegabytes: () => Promise<number | undefined>;
  readonly close: () => Promise<void>;
}

/** Starts a server with `PORT` and waits until it is ready. */
export async function startServerProcess(program: ServerProgram): Promise<ServerProcess> {
  const { args, env = {}, port = await freePort() } = program;
  const preload = pathToFileURL(resolve(programPath("programs/measured"))).href;
  const url = `http://localhost:${port}`;
  const { readyUrl = `${url}/readyz` } = program;
  const startedAt = performance.now();
  const child = startChild(["--import", preload, ...args], { PORT: String(port), ...env });
  try {
    await Promise.race([untilServed(readyUrl), child.failure]);
  } catch (error) {
    child.process.kill("SIGKILL");
    throw error;
  }
  return {
    url,
    startMs: performance.now() - startedAt,
    cpuMs: async () => ((await child.ask({})) as { readonly cpuMs: number }).cpuMs,
    residentMegabytes: () => readResidentMegabytes(child.process.pid),
    close: child.close,
  };
}

async function untilServed(url: string): Promise<void> {
  const until = performance.now() + READY_MS;
  while (performance.now() < until) {
    const response = await fetch(url).catch(() => undefined);
    await response?.body?.cancel();
    // A refusal, such as of a request without a token, is a response of a program that is ready.
    if (response !== undefined && response.status < 500) return;
    await waitMs(POLL_MS);
  }
  throw new Error(`${url} is not served after ${READY_MS} ms`);
}

async function readResidentMegabytes(pid: number | undefined): Promise<number | undefined> {
  const status = await readFile(`/proc/${String(pid)}/status`, "utf8").catch(() => "");
  const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1];
  return kilobytes === undefined ? undefined : Number(kilobytes) / 1_024;
}
