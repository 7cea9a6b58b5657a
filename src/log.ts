import { type DestinationStream, type Logger, pino } from "pino";

import { AppError } from "./errors.js";

export type { Logger } from "pino";

/**
 * Gives a logger that writes one JSON object per line.
 *
 * Tokens, codes, claims, cookies and secrets are never handed to it. The serializer of errors is the
 * second line of defence: of an error that is not ours it keeps name, code and stack frames, and
 * drops the text and every other property (MSAL and fetch hang requests and answers on theirs).
 */
export function createLogger(level: string, destination?: DestinationStream): Logger {
  const options = { level, base: null, serializers: { err: describeError } };
  return destination === undefined ? pino(options) : pino(options, destination);
}

interface ErrorDescription {
  readonly type: string;
  readonly message?: string;
  readonly code?: unknown;
  readonly stack?: string;
  readonly cause?: ErrorDescription;
}

/** Says what an error is; the text of an authority or a library may quote a secret. */
function describeError(error: unknown, depth = 0): ErrorDescription {
  if (!(error instanceof Error)) return { type: typeof error };
  const frames = error.stack?.split("\n").filter((line) => line.startsWith("    at "));
  return {
    type: error.name,
    // Ours are written to be shown to anybody.
    ...(error instanceof AppError && { message: error.message }),
    ...("code" in error && { code: error.code }),
    ...(frames !== undefined && { stack: frames.join("\n") }),
    ...(error.cause !== undefined && depth < 3 && { cause: describeError(error.cause, depth + 1) }),
  };
}
