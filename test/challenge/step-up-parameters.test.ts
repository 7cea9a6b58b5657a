import { describe, expect, it } from "vitest";
import { readAcrValues, readMaxAge } from "../../src/challenge/step-up-parameters.js";

describe("readAcrValues", () => {
  it.each([
    ["c1", ["c1"]],
    [" c1 \t c2  ", ["c1", "c2"]],
    ["", undefined],
    [" \t", undefined],
  ])("reads %j", (text, values) => {
    expect(readAcrValues(text)).toEqual(values);
  });
});

describe("readMaxAge", () => {
  it.each([
    ["0", 0],
    ["", undefined],
    [" 60", undefined],
  ])("reads %j", (text, seconds) => {
    expect(readMaxAge(text)).toBe(seconds);
  });
});
