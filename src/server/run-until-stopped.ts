import { ConfigError } from "../errors.js";

/** Something that runs until it is closed. */
export interface Closable {
  readonly close: () => Promise<void>;
}

/** A signal that comes this long after the first one ends the process at once, in milliseconds. */
const IMPATIENCE_MS = 1_000;

/**
 * Runs what `start` starts until Ctrl-C or SIGTERM, then closes it and ends with code 0.
 *
 * When it cannot start, prints one message without a stack and without secrets, and ends with code 1.
 */
export async function runUntilStopped(start: () => Promise<Closable>): Promise<void> {
  // Listened for from the beginning, so that a start that is interrupted ends cleanly too.
  const stopped = stopSignal();
  try {
    const running = await start();
    await stopped;
    await running.close();
    process.exit(0);
  } catch (error) {
    process.stderr.write(`${describeStartFailure(error)}\n`);
    process.exit(1);
  }
}

async function stopSignal(): Promise<void> {
  await new Promise<void>((resolve) => {
    let firstAt: number | undefined;
    function onSignal(): void {
      const now = performance.now();
      firstAt ??= now;
      // Ctrl-C arrives twice, from the terminal and from npm; only a later one asks to hurry.
      if (now - firstAt > IMPATIENCE_MS) process.exit(130);
      resolve();
    }
    process.on("SIGINT", onSignal);
    process.on("SIGTERM", onSignal);
  });
}

function describeStartFailure(error: unknown): string {
  if (error instanceof ConfigError) return error.message;
  return `Cannot start: ${error instanceof Error ? error.message : String(error)}`;
}
