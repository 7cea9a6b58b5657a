import { describe, expect, it } from "vitest";
import { isMarked } from "./is-marked.js";

describe("isMarked", () => {
  it("finds a secret in every writing", () => {
    const text = 'a"b/ü+secret value';
    const writings = [text, encodeURIComponent(text), JSON.stringify(text)];
    const encodings = ["base64", "base64url", "hex"] as const;
    for (const each of writings) expect(isMarked(`x${each}y`, text)).toBe(true);
    for (const encoding of encodings) {
      for (const before of ["", "1", "22"]) {
        const encoded = Buffer.from(`${before}${text} and more`).toString(encoding);
        expect(isMarked(`x${encoded}y`, text)).toBe(true);
      }
    }
    expect(isMarked("nothing of it", text)).toBe(false);
  });
});
