/**
 * The web app as in production, which also prints what it occupies after a garbage collection, in
 * bytes. Run it with `--expose-gc`.
 */
const INTERVAL_MS = 2_000;

setInterval(() => {
  globalThis.gc?.();
  const { heapUsed, external, rss } = process.memoryUsage();
  process.stdout.write(`${JSON.stringify({ memory: { heap: heapUsed + external, rss } })}\n`);
}, INTERVAL_MS).unref();

await import("../../src/main.js");
