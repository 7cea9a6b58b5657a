import { Stryker } from "@stryker-mutator/core";
import { MUTATED_FOLDER, MUTATION_SUITES } from "./suites.js";

/** `npm run test:mutation -- <folder>`: changes the folder's code, and reports what no test notices. */
const folder = process.argv[2]?.replace(/\/$/, "") ?? "";
if (MUTATION_SUITES.has(folder)) {
  process.env[MUTATED_FOLDER] = folder;
  await new Stryker({ mutate: [`${folder}/**/*.ts`] }).runMutationTest();
} else {
  const folders = [...MUTATION_SUITES.keys()].join(", ");
  process.stderr.write(`Usage: npm run test:mutation -- <folder>, one of ${folders}\n`);
  process.exitCode = 1;
}
