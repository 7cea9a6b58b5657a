import { type DestinationStream, type Logger, pino } from "pino";
import { AppError, UpstreamError, type UpstreamDetails } from "./errors.js";

export type { Logger } from "pino";

/** Lines that wait for a blocked standard output; further ones are lost. */
const MAX_WAITING_CHARACTERS = 1_048_576;

/**
 * Creates a logger that writes one JSON object per line.
 *
 * Callers never pass tokens, codes, claims, cookies or secrets. In addition, the serializer keeps only
 * the name, the code and the stack frames of an error of a library: the message and other properties
 * may contain requests and responses, as those of MSAL and fetch do.
 */
export function createLogger(level: string, destination?: DestinationStream): Logger {
  const options = { level, base: null, serializers: { err: describeError } };
  return pino(options, destination ?? standardOutput());
}

/**
 * Returns the standard output. When it is closed, full or blocked, lines are lost, and the process goes
 * on: pino would throw, keep all lines in memory, and at the end wait without end.
 */
function standardOutput(): DestinationStream {
  let hasFailed = false;
  let isEnding = false;
  const destination = pino.destination({
    dest: 1,
    maxLength: MAX_WAITING_CHARACTERS,
    retryEAGAIN: () => !isEnding,
  });
  destination.on("error", () => {
    hasFailed = true;
  });
  const flush = destination.flushSync.bind(destination);
  destination.flushSync = () => {
    isEnding = true;
    if (hasFailed) return;
    try {
      flush();
    } catch {
      // Nobody reads what is left.
    }
  };
  return destination;
}

interface ErrorDescription {
  readonly type: string;
  readonly message?: string;
  readonly code?: unknown;
  readonly details?: UpstreamDetails;
  readonly stack?: string;
  readonly cause?: ErrorDescription;
}

/** Describes an error without the message of a library: it may contain a secret. */
function describeError(error: unknown, depth = 0): ErrorDescription {
  if (!(error instanceof Error)) return { type: typeof error };
  const frames = error.stack?.split("\n").filter((line) => line.startsWith("    at "));
  return {
    type: error.name,
    // Messages of this project are safe to show.
    ...(error instanceof AppError && { message: error.message }),
    ...("code" in error && { code: error.code }),
    ...(error instanceof UpstreamError && { details: error.details }),
    ...(frames !== undefined && { stack: frames.join("\n") }),
    ...(error.cause !== undefined && depth < 3 && { cause: describeError(error.cause, depth + 1) }),
  };
}
