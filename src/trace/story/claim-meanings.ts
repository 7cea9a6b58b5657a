/** What the claims of Entra's tokens mean, in a few words. */
const MEANINGS: Readonly<Record<string, string>> = {
  acr: "how the person authenticated, as one value",
  acrs: "authentication contexts that the sign-in satisfies; APIs demand these",
  aio: "for Microsoft's own use",
  amr: "how the person authenticated: password, second factor",
  aud: "the API or app that the token is for; others must not accept it",
  auth_time: "when the person last authenticated",
  azp: "the app that the token was issued to",
  azpacr: "how that app authenticated: 1 a secret, 2 a certificate or an assertion",
  email: "an e-mail address; it identifies nobody",
  exp: "when the token expires",
  iat: "when the token was issued; revocations compare with it",
  idtyp: "whether it is a person's token or an app's",
  ipaddr: "the address from which the person authenticated",
  iss: "who issued the token",
  login_hint: "names the account at sign-out and step-up",
  name: "the person's name, for display",
  nbf: "from when the token is valid",
  nonce: "binds an ID token to its authorization request",
  oid: "the person's id in the tenant",
  preferred_username: "the user name, for display; it can change",
  roles: "roles that the person has at the API",
  scp: "scopes: what the app may do for the person",
  sid: "the session at Entra ID",
  sub: "the person's id for this audience alone",
  tid: "the id of the tenant",
  uti: "the id of this token",
  ver: "the version of the token's format",
  xms_cc: "capabilities of the app: with cp1 it handles claims challenges",
};

/** Returns what a claim means; empty for one that is not known. */
export function meaningOf(claim: string): string {
  return Object.hasOwn(MEANINGS, claim) ? (MEANINGS[claim] ?? "") : "";
}
