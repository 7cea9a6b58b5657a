import type { Benchmark, BenchmarkOptions } from "../benchmark.js";
import { takeTurns } from "../measure/rounds.js";
import { compare, type Row } from "../measure/rows.js";
import { build } from "../processes/build.js";
import { closingAll } from "../processes/closing-all.js";
import { startActors } from "./actors.js";
import { createPeople, type PeopleFigures } from "./people.js";

/** The page that steps up when it is opened first, and has a token at hand after that. */
const PATH = "/payslips";

const PAGE = "a page with a token at hand";

/** Measures a sign-in and a step-up, with the sandbox, and compares each with a page. */
export const signIn: Benchmark = {
  title: "A sign-in and a step-up",
  run: measureSignIn,
};

async function measureSignIn({ rounds, seconds }: BenchmarkOptions): Promise<readonly Row[]> {
  await build();
  return closingAll(async (closeLater) => {
    const people = createPeople(await startActors(closeLater), seconds);
    const { entered, steppedUp, page } = await takeTurns(
      { entered: people.signIn, steppedUp: people.open(PATH), page: people.open(PATH) },
      rounds,
    );
    return [...rowsOf("sign-in", entered, page), ...rowsOf("step-up", steppedUp, page)];
  });
}

function rowsOf(
  name: string,
  figures: readonly PeopleFigures[],
  page: readonly PeopleFigures[],
): readonly Row[] {
  return [
    compare(
      { name: `${name}s per second`, figures: figures.map(({ perSecond }) => perSecond) },
      { name: PAGE, figures: page.map(({ perSecond }) => perSecond) },
      "/s",
    ),
    compare(
      { name: `CPU time of a ${name}`, figures: figures.map(({ cpuMs }) => cpuMs) },
      { name: PAGE, figures: page.map(({ cpuMs }) => cpuMs) },
      "ms",
    ),
  ];
}
