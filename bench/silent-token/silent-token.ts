import { startAuthority } from "../../test/support/authority.js";
import type { Benchmark, BenchmarkOptions } from "../benchmark.js";
import { medianMicroseconds } from "../measure/repeat.js";
import { takeTurns } from "../measure/rounds.js";
import { alone, compare, type Row } from "../measure/rows.js";
import { closingAll } from "../processes/closing-all.js";
import { type AcquireNext, createPartitions, createSharedCache } from "./contestants.js";
import { signInOnce } from "./users.js";

const UNIT = "µs";

/** Measures how the time to get a token at hand depends on how many people are signed in. */
export const silentToken: Benchmark = {
  title: "A token at hand, by the number of people signed in",
  run: measureSilentToken,
};

async function measureSilentToken({ rounds, seconds }: BenchmarkOptions): Promise<readonly Row[]> {
  return closingAll(async (closeLater) => {
    const authority = closeLater(await startAuthority());
    const original = await signInOnce(authority);

    function roundOf(acquireNext: AcquireNext) {
      return () => medianMicroseconds(acquireNext, seconds / 10);
    }

    const figures = await takeTurns(
      {
        ten: roundOf(await createPartitions(original, 10)),
        thousand: roundOf(await createPartitions(original, 1_000)),
        sharedTen: roundOf(await createSharedCache(original, 10)),
        sharedThousand: roundOf(await createSharedCache(original, 1_000)),
        many: roundOf(await createPartitions(original, 50_000)),
      },
      rounds,
    );
    const ten = { name: "10 people", figures: figures.ten };
    const thousand = { name: "1,000 people", figures: figures.thousand };
    const many = { name: "50,000 people", figures: figures.many };
    const sharedTen = { name: "one shared MSAL cache, 10 people", figures: figures.sharedTen };
    const sharedThousand = {
      name: "one shared MSAL cache, 1,000 people",
      figures: figures.sharedThousand,
    };
    return [
      alone(ten, UNIT),
      compare(thousand, ten, UNIT),
      compare(many, ten, UNIT),
      compare(sharedTen, ten, UNIT),
      compare(sharedThousand, thousand, UNIT),
    ];
  });
}
