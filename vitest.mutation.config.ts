import { defineConfig } from "vitest/config";
import { MUTATED_FOLDER, MUTATION_SUITES } from "./test/mutation/suites.js";

/** The tests of one folder, for `npm run test:mutation`. */
export default defineConfig({
  test: {
    include: [...(MUTATION_SUITES.get(process.env[MUTATED_FOLDER] ?? "") ?? [])],
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
