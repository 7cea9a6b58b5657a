/** Characters of `acr_values` that are accepted. */
const MAX_ACR_CHARACTERS = 512;
/** Seconds of `max_age` that are accepted: what fits into 32 bits, 68 years. */
const MAX_MAX_AGE_SECONDS = 2_147_483_647;

/**
 * Reads the `acr_values` of a step-up challenge: a list separated by spaces, in order of preference.
 * Returns undefined for an unusable value: empty, over 512 characters, with control characters.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc9470#section-3 | RFC 9470 §3}
 */
export function readAcrValues(text: string): readonly string[] | undefined {
  if (text.length > MAX_ACR_CHARACTERS || /[^\P{Cc}\t]/u.test(text)) return undefined;
  const values = text.split(/[ \t]/).filter((value) => value !== "");
  return values.length === 0 ? undefined : values;
}

/**
 * Reads the `max_age` of a step-up challenge: whole seconds from 0 to 2,147,483,647. Returns undefined
 * for anything else.
 */
export function readMaxAge(text: string): number | undefined {
  const seconds = /^[0-9]+$/.test(text) ? Number(text) : Number.NaN;
  return seconds <= MAX_MAX_AGE_SECONDS ? seconds : undefined;
}
