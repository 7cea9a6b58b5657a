import { ConfigError } from "./errors.js";

/** Something that runs until it is closed. */
export interface Closable {
  readonly close: () => Promise<void>;
}

/**
 * Runs what `start` starts until Ctrl-C or SIGTERM, then closes it and ends with code 0.
 *
 * When it cannot start it ends with code 1 and one message for a person: no stack, no secret.
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

/**
 * Starts a server whose port the setting `name` gives.
 *
 * @throws Error that names the setting when the port cannot be had.
 */
export async function startOnPort<Running>(
  name: string,
  start: () => Promise<Running>,
): Promise<Running> {
  try {
    return await start();
  } catch (error) {
    if (!(error instanceof Error) || !("code" in error) || !("port" in error)) throw error;
    const reason = error.code === "EADDRINUSE" ? "is in use by another program" : "cannot be used";
    const message = `port ${String(error.port)} ${reason}; choose another one with ${name}`;
    throw new Error(message, { cause: error });
  }
}

/** A signal that comes this long after the first one ends the process at once, in milliseconds. */
const IMPATIENCE_MS = 1_000;

async function stopSignal(): Promise<void> {
  await new Promise<void>((resolve) => {
    let firstAt: number | undefined;
    function onSignal(): void {
      const now = performance.now();
      firstAt ??= now;
      // Ctrl-C comes twice, from the terminal and from npm. Whoever presses it again is in a hurry.
      if (now - firstAt > IMPATIENCE_MS) process.exit(130);
      resolve();
    }
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, onSignal);
  });
}

function describeStartFailure(error: unknown): string {
  if (error instanceof ConfigError) return error.message;
  return `Cannot start: ${error instanceof Error ? error.message : String(error)}`;
}
