import { afterEach, describe, expect, it, vi } from "vitest";
import { readApiChallenge } from "../../src/challenge/api-challenge.js";
import { readWwwAuthenticate } from "../../src/challenge/www-authenticate.js";
import { C1, C1_BASE64 } from "./claims-samples.js";

/**
 * Counts the characters that the tokenizer looks at. It looks through regular expressions, each a run
 * of one class of characters, through `indexOf` and through `charCodeAt`; all are watched. Time is not
 * measured.
 */
function countSteps(run: () => void): number {
  let steps = 0;
  const exec = vi.spyOn(RegExp.prototype, "exec");
  const indexOf = vi.spyOn(String.prototype, "indexOf");
  const charCodeAt = vi.spyOn(String.prototype, "charCodeAt");
  run();
  steps += charCodeAt.mock.calls.length;
  for (const { value } of exec.mock.results) {
    steps += 1 + ((value as RegExpExecArray | null)?.[0].length ?? 0);
  }
  for (const [call, { value }] of indexOf.mock.results.entries()) {
    const from = indexOf.mock.calls[call]?.[1] ?? 0;
    const length = String(indexOf.mock.contexts[call]).length;
    steps += 1 + ((value as number) === -1 ? length : (value as number)) - from;
  }
  vi.restoreAllMocks();
  return steps;
}

afterEach(() => {
  vi.restoreAllMocks();
});

/** Each is repeated; each would make some careless parser look at the rest again and again. */
const SHAPES = [
  ...[",", " ", "\t", "=", "a", "'", '"', "\\", '\\"', ";", "\u00e9"],
  ...["a ", " a", "a,", "a=", "a =", "a= ", "a b", "=a", ", ,", "a=b", "a=b,", "a=b ", "a  =  b  "],
  ...[
    "a='",
    "a=' ",
    "a='b",
    "a='b, ",
    "'a'",
    "a='b',",
    "a='b'c,",
    'a="',
    'a="b"',
    'a="b" ',
    'a="b"c',
  ],
  ...[
    'a"b',
    'a="b\\"',
    "A b=c, ",
    "A b c, ",
    "A b== ",
    "A b=, ",
    "? ",
    "?, ",
    "\u0412 a",
    "\u0412 a=b,",
  ],
  ...["Bearer ", "Bearer, ", "Bearer error=x, ", 'Bearer realm="x" ', "Bearer claims=e30, "],
];

describe("readWwwAuthenticate", () => {
  it.each(SHAPES)("looks at twice as much when there is twice as much of %j", (shape) => {
    const once = `Bearer ${shape.repeat(1_000 / shape.length)}`;
    const twice = `Bearer ${shape.repeat(2_000 / shape.length)}`;
    const steps = countSteps(() => readWwwAuthenticate(once));
    expect(steps).toBeGreaterThan(0);
    expect(countSteps(() => readWwwAuthenticate(twice))).toBeLessThan(2.1 * steps + 100);
    expect(steps).toBeLessThan(20 * once.length);
  });
});

describe("readApiChallenge", () => {
  const own = `Bearer error="insufficient_claims", claims="${C1_BASE64}"`;

  it.each(SHAPES)("finds the challenge before as much of %j as fits", (shape) => {
    const filler = shape.repeat(Math.floor((16_384 - own.length - 2) / shape.length));
    const challenge = readApiChallenge({ status: 401, wwwAuthenticate: `${own}, ${filler}` });
    expect(challenge).toEqual({ kind: "claims-challenge", claims: C1 });
  });

  it.each(SHAPES)("refuses more of %j than fits", (shape) => {
    const wwwAuthenticate = `${own}, ${shape.repeat(100_000)}`;
    const refused = { kind: "malformed", reason: "header-too-large" };
    expect(readApiChallenge({ status: 401, wwwAuthenticate })).toEqual(refused);
  });
});
