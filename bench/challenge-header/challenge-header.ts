import { readApiChallenge } from "../../src/challenge/api-challenge.js";
import { azureReader } from "./azure-reader.js";
import type { Benchmark, BenchmarkOptions } from "../benchmark.js";
import { medianMicroseconds } from "../measure/repeat.js";
import { type Round, takeTurns } from "../measure/rounds.js";
import { compare, type Row } from "../measure/rows.js";

/** The header of the documentation of claims challenges. */
const CLAIMS = Buffer.from('{"access_token":{"acrs":{"essential":true,"value":"c1"}}}');
const DOCUMENTED = `Bearer realm="", authorization_uri="https://login.microsoftonline.com/common/oauth2/authorize", error="insufficient_claims", claims="${CLAIMS.toString("base64")}"`;

/** Texts that make a careless reader look at the rest again and again. */
const HOSTILE_SHAPES = [
  ...['a="\\",', 'a="b\\"', '"\\""', 'a="', "a='b, ", "a=b,", ", ,"],
  ...["Bearer claims=e30, ", "\u0412 a=b,"],
];

const UNIT = "µs";

/** Measures the reader of `WWW-Authenticate`, and how its time grows with hostile input. */
export const challengeHeader: Benchmark = {
  title: "The reader of the challenge header",
  run: measureHeader,
};

async function measureHeader(options: BenchmarkOptions): Promise<readonly Row[]> {
  const seconds = options.seconds / 10;
  const { documented, azure, ...hostile } = await takeTurns(
    {
      documented: roundOf(readByUs, [DOCUMENTED], seconds),
      azure: roundOf(azureReader(), [DOCUMENTED], seconds),
      oneKilobyte: roundOf(readByUs, hostileHeaders(1_024), seconds),
      fourKilobytes: roundOf(readByUs, hostileHeaders(4_096), seconds),
      sixteenKilobytes: roundOf(readByUs, hostileHeaders(16_384), seconds),
    },
    options.rounds,
  );
  const ours = { name: "the documented header", figures: documented };
  const one = { name: "hostile, 1 KB", figures: hostile.oneKilobyte };
  const four = { name: "hostile, 4 KB", figures: hostile.fourKilobytes };
  const sixteen = { name: "hostile, 16 KB", figures: hostile.sixteenKilobytes };
  const theirs = { name: "`parseCAEChallenge` of @azure/core-client", figures: azure };
  return [
    compare(ours, theirs, UNIT),
    compare(one, ours, UNIT),
    compare(four, one, UNIT),
    compare(sixteen, four, UNIT),
  ];
}

function readByUs(header: string): void {
  readApiChallenge({ status: 401, wwwAuthenticate: header });
}

/** Measures each header; returns the time of the slowest. */
function roundOf(
  read: (header: string) => void,
  headers: readonly string[],
  seconds: number,
): Round<number> {
  return async () => {
    let slowest = 0;
    for (const header of headers) {
      const time = await medianMicroseconds(() => {
        read(header);
      }, seconds / headers.length);
      slowest = Math.max(slowest, time);
    }
    return slowest;
  };
}

function hostileHeaders(characters: number): readonly string[] {
  return HOSTILE_SHAPES.map((shape) => `Bearer ${shape.repeat(characters)}`.slice(0, characters));
}
