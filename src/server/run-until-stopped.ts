import { setTimeout as waitMs } from "node:timers/promises";
import { ConfigError } from "../errors.js";

/** Something that runs until it is closed. */
export interface Closable {
  readonly close: () => Promise<void>;
}

/** A program that {@link runUntilStopped} runs. */
export interface Program extends Closable {
  /** Announces that the program is about to end; it goes on to work. */
  readonly turnAway?: () => void;
  /** How long the program works after that, so that load balancers notice, in milliseconds. */
  readonly delayMs?: number;
  readonly log: { readonly fatal: (fields: { readonly err: unknown }, message: string) => void };
}

/** Milliseconds after the first signal; a signal later than that ends the process at once. */
const IMPATIENCE_MS = 1_000;

/** How long requests may be on their way from clients that are not turned away yet, in milliseconds. */
const ON_THE_WAY_MS = 250;

/**
 * Calls `start`, waits for Ctrl-C or SIGTERM, closes what was started and ends the process with
 * code 0. An error that nobody caught ends it in the same way, without the delay and with code 1: the
 * requests under way are completed, and whoever runs the process starts it again.
 *
 * When `start` fails, prints one message without a stack and without secrets, and ends with code 1.
 */
export async function runUntilStopped(start: () => Promise<Program>): Promise<void> {
  survivePipes();
  // Signals are handled from the beginning, so that an interrupted start ends with code 0 too.
  const stopped = stopSignal();
  const program = await start().catch((error: unknown) => {
    process.stderr.write(`${describeStartFailure(error)}\n`);
    process.exit(1);
  });
  await end(program, await Promise.race([stopped, uncaughtError(program)]));
}

async function end(program: Program, code: 0 | 1): Promise<never> {
  const { turnAway, delayMs = 0, close, log } = program;
  turnAway?.();
  const leastMs = turnAway === undefined ? 0 : ON_THE_WAY_MS;
  await waitMs(code === 0 ? Math.max(delayMs, leastMs) : leastMs);
  await close().catch((err: unknown) => {
    log.fatal({ err }, "the process did not end as it should");
    process.exit(1);
  });
  process.exit(code);
}

/** Keeps a closed pipe, as after `| head -1`, from ending the process: the output is lost, no more. */
function survivePipes(): void {
  for (const stream of [process.stdout, process.stderr]) stream.on("error", () => undefined);
}

async function stopSignal(): Promise<0> {
  return new Promise((resolve) => {
    let firstAt: number | undefined;
    function onSignal(): void {
      const now = performance.now();
      firstAt ??= now;
      // One Ctrl-C sends two signals: from the terminal and from npm. A later one is a second
      // Ctrl-C.
      if (now - firstAt > IMPATIENCE_MS) process.exit(130);
      resolve(0);
    }
    process.on("SIGINT", onSignal);
    process.on("SIGTERM", onSignal);
  });
}

/** Resolves with the exit code when there is an error that nobody caught. Logs all of them. */
async function uncaughtError({ log }: Program): Promise<1> {
  return new Promise((resolve) => {
    process.on("uncaughtException", (err) => {
      log.fatal({ err }, "uncaught error: the process ends");
      resolve(1);
    });
  });
}

function describeStartFailure(error: unknown): string {
  if (error instanceof ConfigError) return error.message;
  return `Cannot start: ${error instanceof Error ? error.message : String(error)}`;
}
