import { z } from "zod";

/** Every way in which the sandbox can misbehave. The tests of a client use them; no page does. */
const MISBEHAVIOURS = [
  // Claims of ID tokens.
  "iss-wrong",
  "iss-missing",
  "aud-wrong",
  "aud-missing",
  "aud-second",
  "azp-wrong",
  "sub-missing",
  "sub-empty",
  "oid-missing",
  "tid-wrong",
  "tid-missing",
  "ver-wrong",
  "iat-missing",
  "iat-old",
  "iat-future",
  "exp-missing",
  "exp-past",
  "nbf-future",
  "nonce-wrong",
  "nonce-missing",
  "at-hash-wrong",
  // Their signatures. A new key for each token is legal.
  "alg-none",
  "alg-hs256",
  "signature-wrong",
  "typ-wrong",
  "kid-missing",
  "kid-unknown",
  "key-rotated",
  // Renewals. One without an ID token is legal.
  "refresh-other-person",
  "refresh-other-sub",
  "refresh-other-issuer",
  "refresh-id-token-missing",
  // Responses to the redirect URI.
  "response-iss-wrong",
  "response-iss-empty",
  "response-iss-missing",
  "state-wrong",
  "state-missing",
  "state-twice",
  "code-twice",
  "error-with-code",
  // Responses of the token endpoint.
  "token-redirect",
  "token-oversized",
  "token-slow",
  "token-endless",
  "token-type-wrong",
] as const;

/** One way in which the sandbox misbehaves. */
export type Misbehaviour = (typeof MISBEHAVIOURS)[number];

/** What the control API sets: one misbehaviour, until it is `none` again. */
export const misbehaviourSchema = z.strictObject({ do: z.enum(["none", ...MISBEHAVIOURS]) });
