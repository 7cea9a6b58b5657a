import { describe, expect, it } from "vitest";
import { PLACES, readSnippet } from "../../../src/web/trace/source-snippets.js";

describe("the code that the trace page shows", () => {
  it.each(PLACES)("is at the marker “$marker” in $file, five to twelve lines", (place) => {
    const { code = "", functionName, line } = readSnippet(place);
    expect(code.split("\n").length).toBeGreaterThanOrEqual(5);
    expect(code.split("\n").length).toBeLessThanOrEqual(12);
    expect(functionName).toMatch(/^[a-z]\w+$/);
    expect(line).toBeGreaterThan(1);
  });

  it("is only a path where the source or the marker is missing", () => {
    const file = "src/errors.ts";
    expect(readSnippet({ file, marker: "nothing" })).toEqual({ path: file });
    expect(readSnippet({ file: "src/none.ts", marker: "call" })).toEqual({ path: "src/none.ts" });
  });
});
