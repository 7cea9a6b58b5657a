import { createHash } from "node:crypto";

/** One month's pay. */
export interface Payslip {
  /** `YYYY-MM`. */
  readonly period: string;
  readonly gross: number;
  readonly net: number;
  readonly currency: "EUR";
}

/** A form for the tax office. */
export interface TaxForm {
  readonly year: number;
  readonly name: string;
}

const PAYSLIPS = 6;
const TAX_FORMS = 3;

/**
 * Makes up a person's payslips: those of the last complete months, newest first. The same person
 * gets the same figures; another one gets others.
 */
export function payslipsOf(personId: string, now: number): readonly Payslip[] {
  const [grossSeed = 0, taxSeed = 0] = createHash("sha256").update(personId).digest();
  const grossCents = 320_000 + grossSeed * 1_000;
  const netCents = Math.round(grossCents * (0.62 + taxSeed / 2_560));
  return Array.from({ length: PAYSLIPS }, (_unused, at) => ({
    period: monthBefore(now, at + 1),
    gross: grossCents / 100,
    net: netCents / 100,
    currency: "EUR",
  }));
}

/** Makes up the tax forms of the last complete years, newest first. */
export function taxFormsOf(now: number): readonly TaxForm[] {
  const lastYear = new Date(now).getUTCFullYear() - 1;
  return Array.from({ length: TAX_FORMS }, (_unused, at) => ({
    year: lastYear - at,
    name: `Annual wage statement ${lastYear - at}`,
  }));
}

function monthBefore(now: number, months: number): string {
  const date = new Date(now);
  return new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() - months, 1))
    .toISOString()
    .slice(0, 7);
}
