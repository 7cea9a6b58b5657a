/** More than the longest IBAN (34) with spaces. */
const MAX_CHARACTERS = 64;

/** Country, check digits (02 to 98) and up to thirty letters and digits (ISO 13616-1). */
const FORM = /^[A-Z]{2}(?!00|01|99)\d{2}[A-Z0-9]{11,30}$/;

/** Returns the electronic form of an IBAN: capitals without spaces. */
export function compactIban(text: string): string {
  return text.replaceAll(/\s/g, "").toUpperCase();
}

/**
 * Returns what is wrong with an IBAN, as a sentence; undefined when its form and its check digits are
 * right. It finds typing errors before anything is sent; whether the account exists is for the API.
 */
export function findIbanProblem(text: string): string | undefined {
  if (text.trim() === "") return "Enter an IBAN.";
  if (text.length > MAX_CHARACTERS) return "An IBAN has at most 34 characters.";
  const iban = compactIban(text);
  if (!FORM.test(iban)) {
    return "An IBAN begins with two letters and two digits, such as DE89. Check what you entered.";
  }
  if (remainderOf97(iban) !== 1) return "That is not a valid IBAN. Check the digits.";
  return undefined;
}

/** Computes MOD 97-10 (ISO 7064) in parts, since the whole number is too large: `A` counts as 10. */
function remainderOf97(iban: string): number {
  const moved = iban.slice(4) + iban.slice(0, 4);
  const digits = moved.replaceAll(/[A-Z]/g, (letter) => String(letter.charCodeAt(0) - 55));
  const parts = digits.match(/\d{1,7}/g) ?? [];
  return parts.reduce((remainder, part) => Number(`${remainder}${part}`) % 97, 0);
}
