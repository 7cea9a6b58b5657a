/**
 * The tests that run against the changed code of a folder.
 *
 * They are those that mirror the folder: quick, and without the web app around it. Tests that measure
 * time, or compile the folder, are left out.
 */
export const MUTATION_SUITES: ReadonlyMap<string, readonly string[]> = new Map([
  ["src/challenge", ["test/challenge/!(linear-time|stands-alone).test.ts"]],
  ["src/auth", ["test/auth/**/*.test.ts"]],
  ["src/protected-api", ["test/protected-api/*.test.ts"]],
  ["src/session", ["test/session/*.test.ts"]],
]);

/** The variable by which the command tells the configuration of vitest which folder it is. */
export const MUTATED_FOLDER = "MUTATED_FOLDER";
