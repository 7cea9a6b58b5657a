import { decodeBase64Text, utf8Length } from "./base64-text.js";
import { trimSpaces } from "./field-text.js";

declare const validated: unique symbol;

/**
 * The JSON text of a claims request: re-serialised, bounded, and safe to hand to MSAL and to put into
 * a URL. Only {@link readClaimsRequest} and the functions over it make one.
 *
 * @see {@link https://openid.net/specs/openid-connect-core-1_0.html#ClaimsParameter | OpenID Connect Core §5.5}
 */
export type ClaimsRequest = string & { readonly [validated]: true };

/** Why claims cannot be used. */
export type ClaimsFault =
  | "claims-missing"
  | "claims-not-base64"
  | "claims-not-utf8"
  | "claims-not-json"
  | "claims-not-object"
  | "claims-shape"
  | "claims-too-large";

/** A usable claims request, or the reason why there is none. */
export type ClaimsReading =
  | { readonly kind: "usable"; readonly claims: ClaimsRequest }
  | { readonly kind: "unusable"; readonly reason: ClaimsFault };

type JsonObject = Readonly<Record<string, unknown>>;

/** Characters of base64 that are decoded. */
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
/** Names that pollute prototypes in code that merges objects; no claim has them. */
const DANGEROUS_KEYS = new Set(["__proto__", "constructor", "prototype"]);
/** Unicode's category Cc, as anything but the others. */
const CONTROL_CHARACTER = /[^ -~\u00a0-\uffff]/;

/**
 * Validates the JSON text of a claims request, as the token endpoint sends it, and re-serialises it,
 * so that what is sent is what was validated.
 *
 * It must be an object with at least one of `access_token`, `id_token` and `userinfo`, each an object,
 * within 4,096 bytes, 8 levels and 256 values, without control characters in names and strings.
 * Unknown members are kept. Never throws.
 */
export function readClaimsRequest(text: string): ClaimsReading {
  if (exceedsClaimsBytes(text)) {
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
 * Merges the claims that the API and the token endpoint ask for, claim by claim. The token endpoint
 * wins a conflict: its claims are newer, and it issues the token.
 *
 * Returns the token endpoint's claims alone when the union exceeds the limits of
 * {@link readClaimsRequest}: they decide whether a token is issued, and the API can challenge again.
 */
export function mergeClaimsRequests(
  api: ClaimsRequest | undefined,
  tokenEndpoint: ClaimsRequest | undefined,
): ClaimsRequest | undefined {
  if (api === undefined || tokenEndpoint === undefined) return tokenEndpoint ?? api;
  const ours = JSON.parse(api) as JsonObject;
  const theirs = JSON.parse(tokenEndpoint) as JsonObject;
  const merged: Record<string, unknown> = { ...ours };
  for (const [name, demanded] of Object.entries(theirs)) {
    const present = ours[name];
    const bothObjects = isObject(present) && isObject(demanded);
    merged[name] = bothObjects ? { ...present, ...demanded } : demanded;
  }
  const reading = validate(merged);
  return reading.kind === "usable" ? reading.claims : tokenEndpoint;
}

function validate(value: JsonObject): ClaimsReading {
  if (!hasTokenMembers(value)) return unusable("claims-shape");
  const fault = findFault(value);
  if (fault !== undefined) return unusable(fault);
  const text = JSON.stringify(value);
  // Re-serialising can lengthen: `1e20` becomes twenty-one digits.
  if (exceedsClaimsBytes(text) || exceedsEncodedOctets(text)) {
    return unusable("claims-too-large");
  }
  return { kind: "usable", claims: text as ClaimsRequest };
}

/** Returns whether there is one of the members that an authority acts on, and each is an object. */
function hasTokenMembers(value: JsonObject): boolean {
  let isFound = false;
  for (const name of TOKEN_MEMBERS) {
    if (!Object.hasOwn(value, name)) continue;
    if (!isObject(value[name])) return false;
    isFound = true;
  }
  return isFound;
}

/** Walks the tree level by level, without recursion, up to the first fault. */
function findFault(root: JsonObject): ClaimsFault | undefined {
  let level: readonly unknown[] = [root];
  let nodes = 1;
  for (let depth = 1; level.length > 0; depth += 1) {
    const children: unknown[] = [];
    for (const value of level) {
      const isClean = isTree(value)
        ? depth <= MAX_DEPTH && addChildren(value, children)
        : isCleanScalar(value);
      if (!isClean) return "claims-shape";
      if (nodes + children.length > MAX_NODES) return "claims-too-large";
    }
    nodes += children.length;
    level = children;
  }
  return undefined;
}

function isTree(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null;
}

/** Adds the values of an object or array to a list; returns false when a name is not clean. */
function addChildren(parent: JsonObject, children: unknown[]): boolean {
  for (const key of Object.keys(parent)) {
    if (!isCleanKey(key)) return false;
    children.push(parent[key]);
  }
  return true;
}

function isCleanKey(key: string): boolean {
  return !DANGEROUS_KEYS.has(key) && !CONTROL_CHARACTER.test(key);
}

/** Returns whether a value is safe; `JSON.parse` reads `1e999` as infinity, serialised as null. */
function isCleanScalar(value: unknown): boolean {
  if (typeof value === "string") return !CONTROL_CHARACTER.test(value);
  return typeof value !== "number" || Number.isFinite(value);
}

/** Returns whether a text is too long; a UTF-16 unit has at most three octets in UTF-8. */
function exceedsClaimsBytes(text: string): boolean {
  return text.length * 3 > MAX_CLAIMS_BYTES && utf8Length(text) > MAX_CLAIMS_BYTES;
}

/** Measures the text in a query of the strictest encoder, which encodes all but `A-Za-z0-9-._`. */
function exceedsEncodedOctets(text: string): boolean {
  if (text.length * 9 <= MAX_ENCODED_OCTETS) return false;
  return encodeURIComponent(text).replace(/[!~*'()]/g, "%00").length > MAX_ENCODED_OCTETS;
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function unusable(reason: ClaimsFault): ClaimsReading {
  return { kind: "unusable", reason };
}
