import { defineConfig } from "vitest/config";

/** The tests that take minutes: `npm run test:soak`. */
export default defineConfig({
  test: {
    include: ["test/**/*.soak.ts"],
    testTimeout: 3_600_000,
    hookTimeout: 300_000,
    // One after the other: they measure time and memory.
    fileParallelism: false,
  },
});
