/** The longest wait that is accepted, in seconds; a longer one is taken for a mistake. */
const MAX_RETRY_AFTER_SECONDS = 3_600;

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** The three forms of RFC 9110 §5.6.7; recipients must accept the two obsolete ones. */
const HTTP_DATES = [
  /^[A-Z][a-z]{2}, (?<day>\d\d) (?<month>[A-Z][a-z]{2}) (?<year>\d{4}) (?<time>\d\d:\d\d:\d\d) GMT$/,
  /^[A-Z][a-z]{5,8}, (?<day>\d\d)-(?<month>[A-Z][a-z]{2})-(?<year>\d\d) (?<time>\d\d:\d\d:\d\d) GMT$/,
  /^[A-Z][a-z]{2} (?<month>[A-Z][a-z]{2}) (?<day>[ \d]\d) (?<time>\d\d:\d\d:\d\d) (?<year>\d{4})$/,
];

/**
 * Reads a `Retry-After` field: seconds, or a date that is compared with `nowMs`. Returns whole seconds
 * from 0 to 3,600, or undefined when the field is absent, negative, past or of another form.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc9110#section-10.2.3 | RFC 9110 §10.2.3}
 */
export function readRetryAfter(text: string | null | undefined, nowMs: number): number | undefined {
  const field = text?.trim() ?? "";
  const seconds = /^\d+$/.test(field)
    ? Number(field)
    : Math.ceil((readHttpDate(field, nowMs) - nowMs) / 1000);
  return seconds >= 0 ? Math.min(seconds, MAX_RETRY_AFTER_SECONDS) : undefined;
}

/** Returns milliseconds since 1970, or NaN. */
function readHttpDate(text: string, nowMs: number): number {
  const parts = HTTP_DATES.map((form) => form.exec(text)?.groups).find((found) => found);
  if (parts === undefined) return Number.NaN;
  const { day, month, year, time } = parts;
  const monthIndex = MONTHS.indexOf(String(month));
  if (monthIndex === -1) return Number.NaN;
  const [hours, minutes, seconds] = String(time).split(":").map(Number);
  return Date.UTC(fullYear(Number(year), nowMs), monthIndex, Number(day), hours, minutes, seconds);
}

/** Reads two digits over fifty years ahead as a year of the last century (RFC 9110 §5.6.7). */
function fullYear(year: number, nowMs: number): number {
  if (year > 99) return year;
  const present = new Date(nowMs).getUTCFullYear();
  const candidate = present - (present % 100) + year;
  return candidate > present + 50 ? candidate - 100 : candidate;
}
