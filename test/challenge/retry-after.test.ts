import { describe, expect, it } from "vitest";
import { readRetryAfter } from "../../src/challenge/retry-after.js";

const NOW = Date.UTC(2026, 0, 15, 10, 20, 30);

describe("readRetryAfter", () => {
  it.each([
    ["0", 0],
    ["5", 5],
    [" 120 ", 120],
    ["3600", 3_600],
    ["3601", 3_600],
    ["9".repeat(400), 3_600],
    ["Thu, 15 Jan 2026 10:20:45 GMT", 15],
    ["Thu, 15 Jan 2026 10:20:30 GMT", 0],
    ["Thursday, 15-Jan-26 10:21:30 GMT", 60],
    ["Thu Jan 15 10:21:30 2026", 60],
    ["Fri, 15 Jan 2027 10:20:45 GMT", 3_600],
    ["Thursday, 15-Jan-76 10:21:30 GMT", 3_600],
  ])("reads %s", (text, seconds) => {
    expect(readRetryAfter(text, NOW)).toBe(seconds);
  });

  it.each([
    ...[null, undefined, "", "-1", "+5", "1.5", "1e3", "0x10", "5, 10", "5s", "soon", "NaN"],
    ...["Thu, 15 Jan 2026 10:20:29 GMT", "Thursday, 15-Jan-77 10:21:30 GMT"],
    ...["Fri, 15 Foo 2027 10:20:45 GMT", "Thu, 15 Jan 2026 10:20:45 CET", "2026-01-15T10:20:45Z"],
  ])("gives nothing for %s", (text) => {
    expect(readRetryAfter(text, NOW)).toBeUndefined();
  });

  it.each([
    ...[
      "Jan",
      "Feb",
      "Mar",
      "Apr",
      "May",
      "Jun",
      "Jul",
      "Aug",
      "Sep",
      "Oct",
      "Nov",
      "Dec",
    ].entries(),
  ])("reads the name of month %i", (index, name) => {
    const now = Date.UTC(2026, index, 15, 10, 20, 30);
    expect(readRetryAfter(`Thu, 15 ${name} 2026 10:20:45 GMT`, now)).toBe(15);
  });

  it.each([
    "Thu, 15 Jan 2026 10:20:45 GMT",
    "Thursday, 15-Jan-26 10:20:45 GMT",
    "Thu Jan 15 10:20:45 2026",
  ])("gives nothing for a date with other text around: %s", (date) => {
    expect(readRetryAfter(date, NOW)).toBe(15);
    expect(readRetryAfter(`x${date}`, NOW)).toBeUndefined();
    expect(readRetryAfter(`${date}x`, NOW)).toBeUndefined();
  });

  it("reads two digits as a year of this century at its end, too", () => {
    const now = Date.UTC(2098, 11, 31, 23, 59, 30);
    expect(readRetryAfter("Thursday, 01-Jan-99 00:00:00 GMT", now)).toBe(30);
  });

  it("rounds the way to a date up", () => {
    expect(readRetryAfter("Thu, 15 Jan 2026 10:20:31 GMT", NOW + 1)).toBe(1);
  });
});
