import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { normalizeIban } from "../../../src/payroll-api/resources/iban.js";
import { compactIban, findIbanProblem } from "../../../src/web/api-pages/iban.js";
import { IBAN, IBAN_SHOWN, OTHER_IBAN } from "../../support/ibans.js";

const characters = fc.integer({ min: 0, max: 35 }).map((value) => value.toString(36).toUpperCase());

describe("findIbanProblem", () => {
  it.each([IBAN, IBAN_SHOWN, OTHER_IBAN, IBAN_SHOWN.toLowerCase(), "NO9386011117947"])(
    "finds nothing wrong with %s",
    (iban) => {
      expect(findIbanProblem(iban)).toBeUndefined();
    },
  );

  it.each(["", "  ", "DE", "DE00 1234", "no iban", "1234567890123456", `${IBAN}${"0".repeat(60)}`])(
    "finds that it is none: %j",
    (text) => {
      expect(findIbanProblem(text)).toMatch(/^[A-Z].*\.$/);
    },
  );

  it("finds each wrong digit and each pair that was swapped", () => {
    for (let at = 4; at < IBAN.length - 1; at += 1) {
      const [one = "", two = ""] = IBAN.slice(at, at + 2);
      const wrong = /\d/.test(one) ? String((Number(one) + 1) % 10) : "Q";
      expect(findIbanProblem(IBAN.slice(0, at) + wrong + IBAN.slice(at + 1))).toBeDefined();
      if (one === two) continue;
      expect(findIbanProblem(IBAN.slice(0, at) + two + one + IBAN.slice(at + 2))).toBeDefined();
    }
  });

  it("accepts what the Payroll API accepts, and nothing else", () => {
    const check = fc.integer({ min: 0, max: 99 });
    const account = fc.string({ unit: characters, minLength: 9, maxLength: 32 });
    fc.assert(
      fc.property(check, account, (digits, rest) => {
        const text = `GB${String(digits).padStart(2, "0")}${rest}`;
        expect(findIbanProblem(text) === undefined).toBe(normalizeIban(text) !== undefined);
      }),
      { numRuns: 5_000 },
    );
  });
});

describe("compactIban", () => {
  it("removes spaces of every kind, which copied text has", () => {
    expect(compactIban(IBAN_SHOWN.replaceAll(" ", "\u00A0").toLowerCase())).toBe(IBAN);
  });
});
