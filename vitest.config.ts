import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    maxWorkers: 3,
    // Files share loaded modules, none of which keeps state: loading them took half of the time.
    isolate: false,
    coverage: { provider: "v8", include: ["src/**"] },
  },
});
