import { describe, expect, it } from "vitest";
import { startProgram } from "./support/child-program.js";
import { allMatches, read } from "./support/documents.js";

const BENCH = ["--import", "tsx", "bench/main.ts"];

/** The shortest run: the figures mean nothing. */
const SHORTEST = ["--rounds", "1", "--seconds", "0.01"];

describe("npm run bench", () => {
  it("prints the table of a benchmark, and the command that makes it again", async () => {
    const program = startProgram([...BENCH, "header", ...SHORTEST], {});
    expect(await program.ended()).toBe(0);
    const lines = program.output().split("\n");
    const rows = lines.filter((line) => line.startsWith("| ")).map((line) => line.split("|"));
    expect(rows.map(([, name = ""]) => name.trim())).toEqual([
      "measured",
      expect.stringMatching(/^-+$/),
      "the documented header",
      "hostile, 1 KB",
      "hostile, 4 KB",
      "hostile, 16 KB",
    ]);
    for (const [, , figure] of rows.slice(2)) expect(figure).toMatch(/^ +[\d.,]+ µs $/);
    expect(program.output()).toContain("npm run bench -- header --rounds 1 --seconds 0.01 --write");
  });

  it.each([[["cold"]], [["header", "--rounds", "0"]], [["--unknown"]]])(
    "ends with 1 and one line when it is called with %j",
    async (args) => {
      const program = startProgram([...BENCH, ...args], {});
      expect(await program.ended()).toBe(1);
      expect(program.output().trim().split("\n")).toHaveLength(1);
    },
  );

  it("has a place in the document for each benchmark", async () => {
    const program = startProgram([...BENCH, "cold"], {});
    await program.ended();
    const names = /There are: (.*)$/m.exec(program.output())?.[1]?.split(", ");
    const document = read("docs/performance.md");
    expect(allMatches(document, /^<!-- begin (.*) -->$/gm)).toEqual(names);
    expect(allMatches(document, /^<!-- end (.*) -->$/gm)).toEqual(names);
  });
});
