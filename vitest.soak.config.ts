import { defineConfig } from "vitest/config";

/** The tests that take minutes: `npm run test:soak`. */
export default defineConfig({
  test: {
    include: ["test/**/*.soak.ts"],
    testTimeout: 900_000,
    hookTimeout: 300_000,
    fileParallelism: false,
  },
});
