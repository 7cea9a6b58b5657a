/** The secret that signs the sessions of tests. */
export const SESSION_SECRET = "a secret of the tests that is long enough";
