import { createHmac, createSecretKey, hkdfSync } from "node:crypto";
import type { Field, RemovedField, TokenView } from "./trace-entry.js";

/** The longest value that is shown, in characters; claims requests have a limit of their own. */
const MAX_VALUE_CHARACTERS = 500;

/** Hexadecimal digits of a digest; a page shows the first four. */
const DIGEST_DIGITS = 16;

/** Parameters, members and headers that are shown, in lower case. */
const SHOWN: ReadonlySet<string> = new Set([
  ...["acr_values", "appid", "authorization_uri", "client_assertion_type", "client_id"],
  ...["code_challenge_method", "expires_in", "ext_expires_in", "grant_type", "iss", "max_age"],
  ...["prompt", "realm", "redirect_uri", "response_mode", "response_type", "scope", "token_type"],
  ...["accept", "client-request-id", "content-type", "request-id", "retry-after"],
]);

/** Those of which length and digest are shown. */
const REMOVED: ReadonlySet<string> = new Set([
  ...["access_token", "client_assertion", "client_info", "client_secret", "code", "code_challenge"],
  ...["code_verifier", "error_description", "id_token", "login_hint", "nonce", "refresh_token"],
  ...["session_state", "state", "idempotency-key"],
]);

/** Claims of a token that are shown. */
const SHOWN_CLAIMS: ReadonlySet<string> = new Set([
  ...["acr", "acrs", "amr", "aud", "auth_time", "azp", "azpacr", "exp", "iat", "idtyp", "ipaddr"],
  ...["iss", "name", "nbf", "oid", "preferred_username", "roles", "scp", "sub", "tid", "ver"],
  "xms_cc",
]);

/** Fields after redaction. */
export interface RedactedFields {
  readonly fields: readonly Field[];
  /** How many fields are on no list. */
  readonly unlisted: number;
}

/**
 * Removes secrets from what is recorded, by allow-list: what no list names is only counted. Digests are
 * keyed, so that equal values can be seen to be equal and no value can be found by trying.
 */
export interface Redaction {
  readonly fields: (entries: Iterable<readonly [string, string]>) => RedactedFields;
  readonly remove: (name: string, value: string) => RemovedField;
  readonly token: (use: TokenView["use"], text: string) => TokenView;
}

/** Creates a redaction whose digests are keyed with this secret. */
export function createRedaction(secret: string): Redaction {
  const key = createSecretKey(Buffer.from(hkdfSync("sha256", secret, "", "trace digest v1", 32)));

  function remove(name: string, value: string): RemovedField {
    const digest = createHmac("sha256", key).update(value).digest("hex").slice(0, DIGEST_DIGITS);
    return { name, length: value.length, digest };
  }

  function redactFields(entries: Iterable<readonly [string, string]>): RedactedFields {
    const fields: Field[] = [];
    let unlisted = 0;
    for (const [name, value] of entries) {
      const listed = name.toLowerCase();
      if (SHOWN.has(listed)) fields.push({ name, value: shorten(value) });
      else if (REMOVED.has(listed)) fields.push(remove(name, value));
      else unlisted += 1;
    }
    return { fields, unlisted };
  }

  function viewToken(use: TokenView["use"], text: string): TokenView {
    const { length, digest } = remove(use, text);
    const payload = readPayload(text);
    const all = Object.entries(payload ?? {});
    const shown = all.filter(([name]) => SHOWN_CLAIMS.has(name));
    const removed = all
      .filter(([name]) => !SHOWN_CLAIMS.has(name) && /^[\w.-]{1,40}$/.test(name))
      .map(([name, value]) => remove(name, textOf(value)));
    const claims =
      payload && Object.fromEntries(shown.map(([name, value]) => [name, bound(value)]));
    return { use, length, digest, claims, removed };
  }

  return { fields: redactFields, remove, token: viewToken };
}

/** Reads the payload of a signed token (RFC 7519); the signature is neither verified nor kept. */
function readPayload(token: string): Readonly<Record<string, unknown>> | undefined {
  const [, payload = "", signature] = token.split(".");
  if (signature === undefined) return undefined;
  try {
    const value: unknown = JSON.parse(Buffer.from(payload, "base64url").toString("utf8"));
    const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
    return isObject ? (value as Readonly<Record<string, unknown>>) : undefined;
  } catch {
    return undefined;
  }
}

/** Bounds a claim: a number, or text, or a list of these. */
function bound(value: unknown): unknown {
  if (typeof value === "number" || typeof value === "boolean") return value;
  return Array.isArray(value)
    ? value.slice(0, 20).map(textOf).map(shorten)
    : shorten(textOf(value));
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

function shorten(value: string): string {
  const clean = value.replace(/\p{Cc}/gu, " ");
  return clean.length > MAX_VALUE_CHARACTERS ? `${clean.slice(0, MAX_VALUE_CHARACTERS)}…` : clean;
}
