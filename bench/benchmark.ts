import type { Row } from "./measure/rows.js";

/** How benchmarks are run. */
export interface BenchmarkOptions {
  /** How often each contestant is measured. */
  readonly rounds: number;
  /** How long a round of a contestant under load takes; those of functions take a tenth of it. */
  readonly seconds: number;
  /** Puts the load with `wrk` instead of the generator of this project. */
  readonly usesWrk: boolean;
  /** Where to write a CPU profile of our server under load; none unless given. */
  readonly cpuProfileFolder: string | undefined;
  /** Where packages of other projects are installed that are compared; none unless given. */
  readonly othersFolder: string | undefined;
}

/** A benchmark and its heading. */
export interface Benchmark {
  readonly title: string;
  readonly run: (options: BenchmarkOptions) => Promise<readonly Row[]>;
}
