import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readReturnPath } from "../../src/web/return-path.js";

describe("readReturnPath", () => {
  it.each([
    "/",
    "/payslips",
    "/bank-account?draft=a%2Fb",
    "/a/b/../c",
    "/ü?q=ä b",
    `/${"ü".repeat(341)}`,
  ])("stays on this origin and keeps the page for %j", (path) => {
    const own = new URL(path, "http://localhost:3000");
    expect(readReturnPath(path)).toBe(own.pathname + own.search);
  });

  it.each([
    "https://evil.example/",
    "//evil.example/",
    "/\\evil.example",
    "/\t/evil.example",
    "/\n/evil.example",
    "/.//evil.example",
    "/..//evil.example",
    "\\/evil.example",
    "javascript:alert(1)",
    "",
    "payslips",
    undefined,
    ["/a", "/b"],
    `/${"a".repeat(2_048)}`,
    `/${"ü".repeat(342)}`,
    `/?q=${"東".repeat(228)}`,
    `/${"\u{FFFD}".repeat(2_000)}`,
  ])("is the home page for %j", (text) => {
    expect(readReturnPath(text)).toBe("/");
  });

  it("leads to the own origin whatever it is given", () => {
    const tricky = fc.string({ unit: fc.constantFrom("/", "\\", ".", "\t", "@", ":", "a", "?") });
    fc.assert(
      fc.property(fc.oneof(fc.string(), tricky), (text) => {
        const path = readReturnPath(`/${text}`);
        expect(new URL(path, "http://localhost:3000").origin).toBe("http://localhost:3000");
        expect(readReturnPath(path)).toBe(path);
      }),
    );
  });
});
