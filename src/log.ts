import { type DestinationStream, pino } from "pino";
import { AppError, UpstreamError, type UpstreamDetails } from "./errors.js";

/** Lines that wait for a blocked standard output; further ones are lost. */
const MAX_WAITING_CHARACTERS = 1_048_576;

/** Writes a line. Its text is mandatory: without one pino would write the message of an error. */
type WriteLine = (fields: object, text: string) => void;

/** Writes lines of JSON, of the levels that the settings want. */
export interface Logger {
  readonly debug: WriteLine;
  readonly info: WriteLine;
  readonly warn: WriteLine;
  /** The operator has to act. */
  readonly error: WriteLine;
  /** The process ends. */
  readonly fatal: WriteLine;
  /** Returns a logger that adds these fields to every line. */
  readonly child: (fields: object) => Logger;
}

/**
 * Creates a logger that writes one JSON object per line.
 *
 * Callers never pass tokens, codes, claims, cookies or secrets. In addition, an error of a library is
 * reduced to its name, its code and its stack frames: its message and other properties may contain
 * requests and responses, as those of MSAL and fetch do.
 */
export function createLogger(level: string, destination?: DestinationStream): Logger {
  const options = {
    level,
    base: null,
    formatters: { log: describeErrors },
    // In place of pino's own, which writes the message.
    serializers: { err: (described: unknown) => described },
  };
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
  readonly code?: string | number;
  readonly details?: UpstreamDetails;
  readonly stack?: string;
  readonly cause?: ErrorDescription;
}

/** Describes what was thrown (`err`), and errors under any other name. */
function describeErrors(fields: Record<string, unknown>): Record<string, unknown> {
  const hasErrors =
    "err" in fields || Object.values(fields).some((value) => value instanceof Error);
  if (!hasErrors) return fields;
  const described = Object.entries(fields).map(([name, value]) => {
    const isThrown = name === "err" || value instanceof Error;
    return [name, isThrown ? describeError(value) : value] as const;
  });
  return Object.fromEntries(described);
}

/** Describes an error without the message of a library: it may contain a secret. */
function describeError(error: unknown, depth = 0): ErrorDescription {
  if (!(error instanceof Error)) return { type: typeof error };
  const code = readCode(error);
  const frames = readFrames(error);
  return {
    type: isName(error.name) ? error.name : "Error",
    // Messages of this project are safe to show.
    ...(error instanceof AppError && { message: error.message }),
    ...(code !== undefined && { code }),
    ...(error instanceof UpstreamError && { details: pickDetails(error.details) }),
    ...(frames !== "" && { stack: frames }),
    ...(error.cause !== undefined && depth < 3 && { cause: describeError(error.cause, depth + 1) }),
  };
}

function pickDetails({ address, status, aadsts, reason }: UpstreamDetails): UpstreamDetails {
  return { address, status, aadsts, ...(isName(reason) && { reason }) };
}

/** Returns the code of an error when it is one: a library may put the text of a response there. */
function readCode(error: Error): string | number | undefined {
  const code: unknown = "code" in error ? error.code : undefined;
  return typeof code === "number" || isName(code) ? code : undefined;
}

function isName(value: unknown): value is string {
  return typeof value === "string" && /^[\w.-]{1,64}$/.test(value);
}

/** The frames of V8: `at name (location)` and `at location`. */
const LOCATION = String.raw`(?:(?:file:\/\/|node:|\/|[A-Z]:\\)[^()]{1,400}:\d+:\d+)`;
const CALLEE = String.raw`(?:async |new |get |set )?[\w$.#<>]{1,200}(?: \[as [\w$.#<>]{1,100}\])?`;
const PLACE = String.raw`(?:${LOCATION}|<anonymous>|index \d+)`;
const FRAME = new RegExp(String.raw`^    at (?:(?:async )?${LOCATION}|${CALLEE} \(${PLACE}\))$`);

/**
 * Returns the frames of a stack. A stack begins with the message, lines of which may look like frames: it
 * is cut off first, and without it at its place nothing is returned.
 */
function readFrames({ message, stack }: Error): string {
  if (typeof stack !== "string") return "";
  const start = message === "" ? stack.indexOf("\n") : stack.indexOf(message) + message.length;
  const isMessage = message === "" || stack.includes(message);
  const rest = stack.slice(start);
  if (!isMessage || !rest.startsWith("\n")) return "";
  return rest
    .split("\n")
    .filter((line) => FRAME.test(line))
    .join("\n");
}
