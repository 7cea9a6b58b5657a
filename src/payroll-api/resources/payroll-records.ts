import { createHash } from "node:crypto";

const PAYSLIPS = 6;
const TAX_FORMS = 3;

/**
 * Returns invented payslips of the last complete months, newest first. The figures depend on the
 * person only, so they are the same each time.
 */
export function payslipsOf(personId: string, now: number) {
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

/** Returns invented tax forms of the last complete years, newest first. */
export function taxFormsOf(now: number) {
  const lastYear = new Date(now).getUTCFullYear() - 1;
  return Array.from({ length: TAX_FORMS }, (_unused, at) => ({
    year: lastYear - at,
    name: `Annual wage statement ${lastYear - at}`,
  }));
}

/** Returns a month as `YYYY-MM`. */
function monthBefore(now: number, months: number): string {
  const date = new Date(now);
  const month = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() - months, 1));
  return month.toISOString().slice(0, 7);
}
