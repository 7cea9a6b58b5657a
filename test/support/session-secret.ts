/** Signs the tests' sessions; it guards nothing. */
export const SESSION_SECRET = "a secret of the tests that is long enough";
