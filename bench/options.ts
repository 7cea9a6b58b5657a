import { resolve } from "node:path";
import { parseArgs } from "node:util";
import type { BenchmarkOptions } from "./benchmark.js";

/** What the command line asks for. */
export interface Command extends BenchmarkOptions {
  /** The benchmarks to run, in order. */
  readonly names: readonly string[];
  /** Writes the tables into the document, too. */
  readonly writes: boolean;
}

const DEFAULTS = { rounds: "5", seconds: "2" };

/**
 * Reads the command line; without names it asks for all benchmarks.
 *
 * @throws Error that says how to call it.
 */
export function readCommand(args: readonly string[], known: readonly string[]): Command {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      rounds: { type: "string", default: DEFAULTS.rounds },
      seconds: { type: "string", default: DEFAULTS.seconds },
      write: { type: "boolean", default: false },
      wrk: { type: "boolean", default: false },
      "cpu-prof": { type: "string" },
      others: { type: "string" },
    },
  });
  const unknown = positionals.filter((name) => !known.includes(name));
  if (unknown.length > 0) {
    throw new Error(`No benchmark is named ${unknown.join(", ")}. There are: ${known.join(", ")}`);
  }
  return {
    names: positionals.length > 0 ? known.filter((name) => positionals.includes(name)) : known,
    rounds: Math.ceil(readPositive("rounds", values.rounds)),
    seconds: readPositive("seconds", values.seconds),
    writes: values.write,
    usesWrk: values.wrk,
    cpuProfileFolder: values["cpu-prof"],
    othersFolder: values.others === undefined ? undefined : resolve(values.others),
  };
}

function readPositive(name: string, text: string): number {
  const value = Number(text);
  if (!Number.isFinite(value) || value <= 0) {
    throw new Error(`--${name} must be a number above 0`);
  }
  return value;
}
