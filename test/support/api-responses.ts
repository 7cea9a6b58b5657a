import type { ScriptedAnswer } from "./scripted-api.js";

/** The body of Graph's response, whoever calls. */
export const PROFILE = { displayName: "Ada Okafor", userPrincipalName: "ada@contoso.example" };

/** The body of the Payroll API's response, whoever calls; the page shows `October 2026`. */
export const PAYSLIPS = {
  payslips: [{ period: "2026-10", gross: 4200, net: 2890.5, currency: "EUR" }],
};

/** The claims that {@link CHALLENGE} asks for. */
export const API_CLAIMS = { access_token: { acrs: { essential: true, value: "c1" } } };

/** An API's response that asks for a second factor. */
export const CHALLENGE = challengeFor(API_CLAIMS);

/** An API's response that asks for another sign-in, without saying how (RFC 9470). */
export const SIGN_IN_DEMAND = unauthorized('Bearer error="insufficient_user_authentication"');

/** An API's response that asks for a sign-in of the last minute (RFC 9470). */
export const FRESH_SIGN_IN_DEMAND = unauthorized(
  'Bearer error="insufficient_user_authentication", max_age="60"',
);

/** Returns a challenge for these claims in Entra's form. */
export function challengeFor(claims: unknown): ScriptedAnswer {
  const encoded = Buffer.from(JSON.stringify(claims)).toString("base64");
  return unauthorized(`Bearer realm="", error="insufficient_claims", claims="${encoded}"`);
}

/** Returns a 401 with this header. */
function unauthorized(wwwAuthenticate: string): ScriptedAnswer {
  return { status: 401, headers: { "WWW-Authenticate": wwwAuthenticate } };
}
