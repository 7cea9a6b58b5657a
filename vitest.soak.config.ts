import { defineConfig } from "vitest/config";

const HOUR_MS = 60 * 60 * 1000;

/** Long runs, which `npm test` leaves out. */
export default defineConfig({
  test: {
    include: ["test/soak/**/*.soak.ts"],
    testTimeout: HOUR_MS,
    hookTimeout: 60_000,
    // One after the other: they measure time and memory.
    fileParallelism: false,
  },
});
