/** The path of the page that changes the bank account. */
export const BANK_ACCOUNT_PATH = "/bank-account";

const DRAFT_PREFIX = `${BANK_ACCOUNT_PATH}?draft=`;

/** Returns the path of the page that shows a draft. */
export function draftPath(id: string): string {
  return `${DRAFT_PREFIX}${encodeURIComponent(id)}`;
}

/** Returns whether a path is that of a draft, so that the person's entry waits there. */
export function isDraftPath(path: string | undefined): boolean {
  return path?.startsWith(DRAFT_PREFIX) === true;
}
