/** The account number that people type into the bank account's form. */
export const IBAN = "FR1420041010050500013M02606";

/** {@link IBAN} as pages show it, which people may type as well. */
export const IBAN_SHOWN = "FR14 2004 1010 0505 0001 3M02 606";

/** Another account. */
export const OTHER_IBAN = "GB82WEST12345698765432";
