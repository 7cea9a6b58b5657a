import { ConfigError } from "../errors.js";

/** Something that runs until it is closed. */
export interface Closable {
  readonly close: () => Promise<void>;
}

/** Milliseconds after the first signal; a signal later than that ends the process at once. */
const IMPATIENCE_MS = 1_000;

/**
 * Calls `start`, waits for Ctrl-C or SIGTERM, closes what was started and ends the process with
 * code 0.
 *
 * When `start` fails, prints one message without a stack and without secrets, and ends with code 1.
 */
export async function runUntilStopped(start: () => Promise<Closable>): Promise<void> {
  // Signals are handled from the beginning, so that an interrupted start ends with code 0 too.
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
      // One Ctrl-C sends two signals: from the terminal and from npm. A later one is a second
      // Ctrl-C.
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
