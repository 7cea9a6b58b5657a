import { Writable } from "node:stream";
import { createLogger, type Logger } from "../../src/log.js";

/** A logger and all that it wrote. */
export interface CollectedLog {
  readonly log: Logger;
  /** One JSON object each. */
  readonly lines: string[];
}

/** Creates a logger whose lines a test can read. */
export function createCollectedLog(level: string): CollectedLog {
  const lines: string[] = [];
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      lines.push(...chunk.toString().split("\n").filter(Boolean));
      done();
    },
  });
  return { log: createLogger(level, stream), lines };
}
