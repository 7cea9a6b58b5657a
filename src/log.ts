import { pino } from "pino";
import type { DestinationStream, Logger } from "pino";

export type { Logger } from "pino";

/**
 * Gives a logger that writes one JSON object per line.
 *
 * Tokens, codes, claims, cookies and secrets are never handed to it; the serializer of errors is
 * the second line of defence, for it keeps name, code and stack and drops every other property
 * (MSAL and fetch hang requests and answers on their errors).
 */
export function createLogger(level: string, destination?: DestinationStream): Logger {
  const options = { level, base: null, serializers: { err: describeError } };
  return destination === undefined ? pino(options) : pino(options, destination);
}

interface ErrorDescription {
  readonly type: string;
  readonly code?: unknown;
  readonly stack?: string;
  readonly cause?: ErrorDescription;
}

/** Says what an error is without its text: an authority's or a library's text may quote a secret. */
function describeError(error: unknown, depth = 0): ErrorDescription {
  if (!(error instanceof Error)) return { type: typeof error };
  const frames = error.stack?.split("\n").filter((line) => line.startsWith("    at "));
  return {
    type: error.name,
    ...("code" in error && { code: error.code }),
    ...(frames !== undefined && { stack: frames.join("\n") }),
    ...(error.cause !== undefined && depth < 3 && { cause: describeError(error.cause, depth + 1) }),
  };
}
