import { readClaimsRequest, type ClaimsRequest } from "../../src/challenge/claims-request.js";

/** Returns the claims request that a text or an object holds. */
export function claimsRequest(claims: unknown): ClaimsRequest {
  const text = typeof claims === "string" ? claims : JSON.stringify(claims);
  const reading = readClaimsRequest(text);
  if (reading.kind !== "usable") throw new Error(`The claims are unusable: ${reading.reason}`);
  return reading.claims;
}
