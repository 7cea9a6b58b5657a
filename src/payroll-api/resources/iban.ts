/** Country, check digits (02 to 98) and up to thirty letters and digits (ISO 13616-1). */
const IBAN = /^[A-Z]{2}(?:0[2-9]|[1-8]\d|9[0-8])[A-Z0-9]{11,30}$/;

/**
 * Returns an IBAN in its electronic form (capitals, no spaces), or `undefined` when its form or its
 * check digits are wrong. The length that a country uses is not checked, nor that the account
 * exists.
 */
export function normalizeIban(text: string): string | undefined {
  const iban = text.replaceAll(" ", "").toUpperCase();
  return IBAN.test(iban) && remainderOf97(iban) === 1 ? iban : undefined;
}

/** Computes ISO 7064 MOD 97-10: the first four characters at the end, letters as 10 to 35. */
function remainderOf97(iban: string): number {
  let remainder = 0;
  for (const character of iban.slice(4) + iban.slice(0, 4)) {
    const value = Number.parseInt(character, 36);
    remainder = (remainder * (value < 10 ? 10 : 100) + value) % 97;
  }
  return remainder;
}
