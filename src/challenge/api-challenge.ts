import { type ClaimsFault, type ClaimsRequest, readClaimsParameter } from "./claims-request.js";
import { lowerCaseAscii, trimSpaces } from "./field-text.js";
import { readAcrValues, readMaxAge } from "./step-up-parameters.js";
import { type AuthChallenge, readWwwAuthenticate } from "./www-authenticate.js";

/** The parts of an API's response that can hold a challenge. */
export interface ChallengeResponse {
  readonly status: number;
  /** The field with its lines joined or one by one; null or undefined when there is none. */
  readonly wwwAuthenticate: string | readonly string[] | null | undefined;
}

/** What an API's response asks for. */
export type ApiChallenge =
  /** A token with these claims. */
  | { readonly kind: "claims-challenge"; readonly claims: ClaimsRequest }
  /**
   * A stronger or more recent sign-in (RFC 9470). The values are in order of preference; with neither
   * values nor age, the client can only ask for a fresh sign-in.
   */
  | {
      readonly kind: "step-up";
      readonly acrValues?: readonly string[] | undefined;
      readonly maxAgeSeconds?: number | undefined;
    }
  /** The API tried to ask for something, and the challenge is unreadable. */
  | { readonly kind: "malformed"; readonly reason: ChallengeFault }
  /** Nothing that a step-up could satisfy. */
  | { readonly kind: "none" };

/** What is wrong with a challenge that asks for claims. */
export type ChallengeFault =
  ClaimsFault | "acr-values" | "duplicate-parameter" | "grammar" | "header-too-large" | "max-age";

/** Characters of the joined field that are read; Node's HTTP client has the same limit. */
const MAX_HEADER_CHARACTERS = 16_384;

/** Control characters that no field may hold. Octets above 127 are allowed, also those of C1. */
const FORBIDDEN_CHARACTER = /[^\t -~\u0080-\uffff]/;

/** Of several challenges the greatest counts, and of equal ones the first. */
const PRECEDENCE = { none: 0, malformed: 1, "step-up": 2, "claims-challenge": 3 };

const NONE: ApiChallenge = { kind: "none" };

/**
 * Reads what an API's response asks for. Only a 401 with a Bearer challenge asks for anything; of several
 * challenges the first usable claims challenge counts, then the first step-up, then the first
 * malformed one. Scope, client id and addresses that the API names are ignored. Never throws.
 *
 * @see {@link https://learn.microsoft.com/entra/identity-platform/claims-challenge | Claims challenges}
 */
export function readApiChallenge({ status, wwwAuthenticate }: ChallengeResponse): ApiChallenge {
  if (status !== 401) return NONE;
  const isJoined = typeof wwwAuthenticate === "string";
  const header = isJoined ? wwwAuthenticate : (wwwAuthenticate ?? []).join(", ");
  if (header.length > MAX_HEADER_CHARACTERS) return malformed("header-too-large");
  const field = unfold(header);
  let chosen = NONE;
  for (const challenge of readWwwAuthenticate(field)) {
    if (challenge.scheme !== "bearer") continue;
    const reading = readBearerChallenge(challenge);
    if (PRECEDENCE[reading.kind] > PRECEDENCE[chosen.kind]) chosen = reading;
  }
  // An HTTP client refuses such a field; one from another source must not have an effect either.
  if (chosen.kind !== "none" && FORBIDDEN_CHARACTER.test(field)) return malformed("grammar");
  return chosen;
}

/** Removes line folding (RFC 9112 §5.2): a line that starts with white space continues the last. */
function unfold(header: string): string {
  return header.includes("\n") ? header.replace(/\r?\n[ \t]+/g, " ") : header;
}

function readBearerChallenge(challenge: AuthChallenge): ApiChallenge {
  const error = findParameter(challenge, "error");
  const claims = findParameter(challenge, "claims");
  if (error.kind === "faulty") return malformed(error.reason);
  if (claims.kind === "faulty" && claims.reason === "duplicate-parameter") {
    return malformed(claims.reason);
  }
  if (error.kind === "absent") {
    const asksNothing = claims.kind === "absent" && !challenge.lostText;
    return asksNothing ? NONE : readClaims(challenge, claims);
  }
  return readNamedError(lowerCaseAscii(error.value), challenge, claims);
}

function readNamedError(error: string, challenge: AuthChallenge, claims: Parameter): ApiChallenge {
  switch (error) {
    case "insufficient_claims":
      return readClaims(challenge, claims);
    case "insufficient_user_authentication":
      return readStepUp(challenge);
    case "invalid_token": {
      // Azure Resource Manager challenges like this; without usable claims it is a plain refusal.
      const reading = readClaims(challenge, claims);
      return reading.kind === "malformed" ? NONE : reading;
    }
    default:
      return NONE;
  }
}

function readClaims(challenge: AuthChallenge, claims: Parameter): ApiChallenge {
  if (hasToken68(challenge)) return malformed("grammar");
  if (claims.kind === "absent") {
    return malformed(challenge.lostText ? "grammar" : "claims-missing");
  }
  if (claims.kind === "faulty") return malformed(claims.reason);
  const reading = readClaimsParameter(claims.value);
  if (reading.kind === "unusable") return malformed(reading.reason);
  return { kind: "claims-challenge", claims: reading.claims };
}

/** Reads a step-up challenge; an unusable value is ignored when the other one is usable. */
function readStepUp(challenge: AuthChallenge): ApiChallenge {
  if (hasToken68(challenge)) return malformed("grammar");
  const acr = readDemand(findParameter(challenge, "acr_values"), readAcrValues, "acr-values");
  const age = readDemand(findParameter(challenge, "max_age"), readMaxAge, "max-age");
  const isUsable = acr.value !== undefined || age.value !== undefined;
  const fault = acr.fault ?? age.fault ?? (challenge.lostText ? "grammar" : undefined);
  if (!isUsable && fault !== undefined) return malformed(fault);
  return { kind: "step-up", acrValues: acr.value, maxAgeSeconds: age.value };
}

interface Demand<T> {
  readonly value?: T;
  readonly fault?: ChallengeFault;
}

function readDemand<T>(
  parameter: Parameter,
  read: (text: string) => T | undefined,
  fault: ChallengeFault,
): Demand<T> {
  if (parameter.kind === "absent") return {};
  if (parameter.kind === "faulty") return { fault: parameter.reason };
  const value = read(parameter.value);
  return value === undefined ? { fault } : { value };
}

/** Returns whether there is a token68, which RFC 9110 §11.3 excludes where there are parameters. */
function hasToken68({ token68 }: AuthChallenge): boolean {
  return token68 !== undefined;
}

type Parameter =
  | { readonly kind: "absent" }
  | { readonly kind: "found"; readonly value: string }
  | { readonly kind: "faulty"; readonly reason: "duplicate-parameter" | "grammar" };

const ABSENT: Parameter = { kind: "absent" };

/** Finds a parameter by name. An empty one counts as absent, two equal ones as one. */
function findParameter({ parameters }: AuthChallenge, name: string): Parameter {
  let found: string | undefined;
  let isIntact = true;
  for (const parameter of parameters) {
    if (parameter.name !== name) continue;
    found ??= parameter.value;
    if (parameter.value !== found) return { kind: "faulty", reason: "duplicate-parameter" };
    isIntact &&= parameter.intact;
  }
  if (!isIntact) return { kind: "faulty", reason: "grammar" };
  const value = trimSpaces(found ?? "");
  return value === "" ? ABSENT : { kind: "found", value };
}

function malformed(reason: ChallengeFault): ApiChallenge {
  return { kind: "malformed", reason };
}
