import { programPath } from "../processes/build.js";
import { startChild } from "../processes/child.js";
import type { Load, LoadResult } from "../programs/load-generator.js";

/** Puts loads on servers, one after the other, from a process of its own. */
export interface LoadGenerator {
  readonly run: (load: Load) => Promise<LoadResult>;
  readonly close: () => Promise<void>;
}

/** Starts the generator of this project, which needs nothing installed. */
export function startLoadGenerator(): LoadGenerator {
  const child = startChild([programPath("programs/load-generator")], {});
  return {
    run: async (load) => (await child.ask(load)) as LoadResult,
    close: child.close,
  };
}
