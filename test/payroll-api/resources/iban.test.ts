import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { normalizeIban } from "../../../src/payroll-api/resources/iban.js";

/** Examples of the IBAN registry. */
const IBANS = [
  "DE89370400440532013000",
  "GB82WEST12345698765432",
  "FR1420041010050500013M02606",
  "NO9386011117947",
  "MT84MALT011000012345MTLCAST001S",
];

describe("normalizeIban", () => {
  it.each(IBANS)("returns %s as it is", (iban) => {
    expect(normalizeIban(iban)).toBe(iban);
  });

  it("takes spaces out and makes letters capital", () => {
    expect(normalizeIban(" gb82 west 1234 5698 7654 32 ")).toBe("GB82WEST12345698765432");
  });

  it.each([
    "",
    "DE",
    "DE89 3704 0044 0532 0130 01",
    "DE99370400440532013000",
    "DE8937040044053201300O",
    "1234567890123456789012",
    "DE89-3704-0044-0532-0130-00",
    "DE89370400440532013000\u0000",
    "ＤＥ89370400440532013000",
    `DE89${"0".repeat(40)}`,
  ])("refuses %j", (text) => {
    expect(normalizeIban(text)).toBeUndefined();
  });

  it("refuses check digits that no country gives, though they leave the same remainder", () => {
    const remainders = ["00", "01", "99"].flatMap((digits) =>
      Array.from({ length: 97 }, (_unused, at) => `XX${digits}${String(at).padStart(12, "0")}`),
    );
    expect(remainders.filter((iban) => normalizeIban(iban) !== undefined)).toEqual([]);
  });

  it("notices any one character that is changed", () => {
    const change = fc.record({
      iban: fc.constantFrom(...IBANS),
      at: fc.nat(30),
      character: fc.nat(35).map((value) => value.toString(36).toUpperCase()),
    });
    fc.assert(
      fc.property(change, ({ iban, at, character }) => {
        fc.pre(at < iban.length && iban[at] !== character);
        const changed = iban.slice(0, at) + character + iban.slice(at + 1);
        // A letter is two digits to the checksum, so only a change of like for like is sure to show.
        fc.pre(/\d/.test(character) === /\d/.test(iban[at] ?? ""));
        expect(normalizeIban(changed)).toBeUndefined();
      }),
    );
  });

  it("never throws", () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string(), fc.string({ unit: "binary-ascii", maxLength: 40 })),
        (text) => {
          const iban = normalizeIban(text);
          expect(iban === undefined || normalizeIban(iban) === iban).toBe(true);
        },
      ),
    );
  });
});
