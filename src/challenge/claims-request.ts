import { decodeBase64Text, utf8Length } from "./base64-text.js";
import { trimSpaces } from "./field-text.js";

/**
 * The JSON text of a claims request. What this folder gives under that name has passed
 * {@link readClaimsRequest}: re-serialised, bounded, and safe to hand to MSAL and to put into a URL.
 *
 * @see {@link https://openid.net/specs/openid-connect-core-1_0.html#ClaimsParameter | OpenID Connect Core §5.5}
 */
export type ClaimsRequest = string;

/** Why claims cannot be used. */
export type ClaimsFault =
  | "claims-missing"
  | "claims-not-base64"
  | "claims-not-utf8"
  | "claims-not-json"
  | "claims-not-object"
  | "claims-shape"
  | "claims-too-large";

/** Usable claims, or why they are not. */
export type ClaimsReading =
  | { readonly kind: "usable"; readonly claims: ClaimsRequest }
  | { readonly kind: "unusable"; readonly reason: ClaimsFault };

type JsonObject = Readonly<Record<string, unknown>>;

/** Characters of base64 that are decoded at all. */
const MAX_BASE64_CHARACTERS = 8_192;
/** Bytes of JSON, as received and as re-serialised; a real challenge has under 200. */
const MAX_CLAIMS_BYTES = 4_096;
/** Octets in a URL: authorities accept URLs of about 8,000, of which 1,500 are for the rest. */
const MAX_ENCODED_OCTETS = 6_500;
/** Objects and arrays inside one another. */
const MAX_DEPTH = 8;
/** Values of any kind, counted together. */
const MAX_NODES = 256;

/** The members that an authority acts on. MSAL throws when one of them is not an object. */
const TOKEN_MEMBERS = ["access_token", "id_token", "userinfo"];
/** No honest claim has these names; to whoever merges objects carelessly they are a way in. */
const DANGEROUS_KEYS = new Set(["__proto__", "constructor", "prototype"]);
/** Entra's authentication contexts: `c1` to `c99` are a tenant's own, `p1` and the like Microsoft's. */
const AUTHENTICATION_CONTEXT = /^[cp][1-9][0-9]?$/;
const CONTROL_CHARACTER = /\p{Cc}/u;

/**
 * Validates the JSON text of a claims request, as the token endpoint sends it, and re-serialises it,
 * so that whoever reads it later sees what was validated here.
 *
 * It must be an object with at least one of `access_token`, `id_token` and `userinfo`, each an object,
 * within 4,096 bytes, 8 levels and 256 values, without control characters in names and strings.
 * Members that are not known are kept. Never throws.
 */
export function readClaimsRequest(text: string): ClaimsReading {
  if (utf8Length(text) > MAX_CLAIMS_BYTES) {
    return unusable("claims-too-large");
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return unusable("claims-not-json");
  }
  return isObject(value) ? validate(value) : unusable("claims-not-object");
}

/**
 * Reads the `claims` parameter of a challenge: JSON when it starts with a brace, else base64 or
 * base64url of JSON. Decoded once, without percent-decoding. Never throws.
 */
export function readClaimsParameter(value: string): ClaimsReading {
  const trimmed = trimSpaces(value);
  if (trimmed === "") return unusable("claims-missing");
  if (trimmed.startsWith("{")) return readClaimsRequest(trimmed);
  if (trimmed.length > MAX_BASE64_CHARACTERS) return unusable("claims-too-large");
  const decoded = decodeBase64Text(trimmed);
  if (decoded.kind !== "text") return unusable(`claims-${decoded.kind}`);
  return readClaimsRequest(decoded.text);
}

/**
 * Joins what the API and the token endpoint ask for, claim by claim. Where both ask for the same
 * claim, the token endpoint's demand stands, for it is the newer and the one that refuses.
 *
 * When the union exceeds the limits of {@link readClaimsRequest}, the token endpoint's claims stand
 * alone: without them no token is to be had, while the API can challenge once more. Text that is no
 * usable claims request counts as absent. Never throws.
 */
export function mergeClaimsRequests(
  api: ClaimsRequest | undefined,
  tokenEndpoint: ClaimsRequest | undefined,
): ClaimsRequest | undefined {
  const ours = parseUsable(api);
  const theirs = parseUsable(tokenEndpoint);
  if (ours === undefined || theirs === undefined) return serialise(theirs ?? ours);
  const merged: Record<string, unknown> = { ...ours };
  for (const [name, demanded] of Object.entries(theirs)) {
    const present = ours[name];
    const bothObjects = isObject(present) && isObject(demanded);
    merged[name] = bothObjects ? { ...present, ...demanded } : demanded;
  }
  return serialise(merged) ?? serialise(theirs);
}

/**
 * Translates the `acr_values` of RFC 9470 into the claims request that Microsoft Entra acts on: `acrs`
 * of the access token, any one of which will do.
 *
 * Only Entra's authentication contexts are translated; other values mean nothing to its policies, and
 * as an essential claim they could never be met. Gives undefined when none is left. The values as they
 * came, and `max_age`, also go on the authorization request under their own names, for authorities
 * that follow the specification.
 */
export function claimsForStepUp(acrValues: readonly string[]): ClaimsRequest | undefined {
  const contexts = [...new Set(acrValues.filter((value) => AUTHENTICATION_CONTEXT.test(value)))];
  if (contexts.length === 0) return undefined;
  const demand = contexts.length === 1 ? { value: contexts[0] } : { values: contexts };
  return serialise({ access_token: { acrs: { essential: true, ...demand } } });
}

function parseUsable(text: string | undefined): JsonObject | undefined {
  const reading = readClaimsRequest(text ?? "");
  return reading.kind === "usable" ? (JSON.parse(reading.claims) as JsonObject) : undefined;
}

function serialise(value: JsonObject | undefined): ClaimsRequest | undefined {
  const reading = value && validate(value);
  return reading?.kind === "usable" ? reading.claims : undefined;
}

function validate(value: JsonObject): ClaimsReading {
  const members = TOKEN_MEMBERS.filter((name) => Object.hasOwn(value, name));
  if (members.length === 0 || !members.every((name) => isObject(value[name]))) {
    return unusable("claims-shape");
  }
  const fault = findFault(value);
  if (fault !== undefined) return unusable(fault);
  const text = JSON.stringify(value);
  // Re-serialising can lengthen: `1e20` becomes twenty-one digits.
  if (utf8Length(text) > MAX_CLAIMS_BYTES || encodedOctets(text) > MAX_ENCODED_OCTETS) {
    return unusable("claims-too-large");
  }
  return { kind: "usable", claims: text };
}

/** Walks the tree without recursion and stops at the first fault. */
function findFault(root: JsonObject): ClaimsFault | undefined {
  const nodes: { readonly value: unknown; readonly depth: number }[] = [{ value: root, depth: 1 }];
  for (const { value, depth } of nodes) {
    if (typeof value !== "object" || value === null) {
      if (!isCleanScalar(value)) return "claims-shape";
      continue;
    }
    if (depth > MAX_DEPTH || !Object.keys(value).every(isCleanKey)) return "claims-shape";
    for (const child of Object.values(value)) nodes.push({ value: child, depth: depth + 1 });
    if (nodes.length > MAX_NODES) return "claims-too-large";
  }
  return undefined;
}

function isCleanKey(key: string): boolean {
  return !DANGEROUS_KEYS.has(key) && !CONTROL_CHARACTER.test(key);
}

/** `1e999` is read as infinity and would travel on as null. */
function isCleanScalar(value: unknown): boolean {
  if (typeof value === "string") return !CONTROL_CHARACTER.test(value);
  return typeof value !== "number" || Number.isFinite(value);
}

/** Octets of the text in a query; the strictest encoder escapes all but letters, digits and `-._`. */
function encodedOctets(text: string): number {
  return encodeURIComponent(text).replace(/[!~*'()]/g, "%00").length;
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function unusable(reason: ClaimsFault): ClaimsReading {
  return { kind: "unusable", reason };
}
