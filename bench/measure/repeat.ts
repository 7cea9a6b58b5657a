import { median } from "./rounds.js";

/** The shortest time that is taken, in milliseconds: the clock itself costs a part of a microsecond. */
const MIN_BATCH_MS = 0.1;

/** Measures at least this many times, however long one takes. */
const MIN_TIMES = 3;

/**
 * Runs a function for some seconds; returns the median of a call in microseconds. The median leaves
 * out the calls in which another process had the processor.
 */
export async function medianMicroseconds(run: () => unknown, seconds: number): Promise<number> {
  const until = performance.now() + seconds * 1_000;
  const times: number[] = [];
  let calls = 1;
  while (performance.now() < until || times.length < MIN_TIMES) {
    const elapsedMs = await timeCalls(run, calls);
    if (elapsedMs < MIN_BATCH_MS) calls *= 2;
    else times.push((elapsedMs * 1_000) / calls);
  }
  return median(times);
}

async function timeCalls(run: () => unknown, calls: number): Promise<number> {
  const startedAt = performance.now();
  for (let call = 0; call < calls; call += 1) {
    const result = run();
    // An await of what is no promise would cost more than a quick function.
    if (result instanceof Promise) await result;
  }
  return performance.now() - startedAt;
}
