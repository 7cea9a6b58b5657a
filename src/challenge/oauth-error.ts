import { type ClaimsRequest, readClaimsRequest } from "./claims-request.js";

/** Identifiers for a help desk. Each value fits a strict pattern, so it may be shown and logged. */
export interface SupportDetails {
  /** The OAuth error. */
  readonly error?: string;
  readonly suberror?: string;
  /** The number behind `AADSTS`. */
  readonly aadsts?: number;
  readonly correlationId?: string;
  readonly traceId?: string;
  /** As the authority wrote it, in UTC. */
  readonly timestamp?: string;
}

/** An OAuth error with Entra's additions. */
export interface OAuthError {
  /** Empty when the response holds no error. */
  readonly error: string;
  /** Empty when there is none. */
  readonly suberror: string;
  /** The AADSTS numbers, general before particular. */
  readonly codes: readonly number[];
  /** The claims that the authority asks for, if they are usable. */
  readonly claims: ClaimsRequest | undefined;
  readonly support: SupportDetails;
}

/** The members of a response in wire case, of any type. */
export type ResponseMembers = Readonly<Record<string, unknown>>;

const ERROR_NAME = /^[A-Za-z0-9_.-]{1,64}$/;
const GUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const TIMESTAMP = /^\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(?:\.\d{1,7})?Z$/;
const ERROR_CODE = /^\d{4,8}$/;

/** Returns the members of a JSON object, parsed or as text; none when it is no object. */
export function readMembers(body: unknown): ResponseMembers {
  const value = typeof body === "string" ? parseJson(body) : body;
  const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
  return isObject ? (value as ResponseMembers) : {};
}

/** Returns a string member of the object itself, else the empty string. */
export function readText(members: ResponseMembers, name: string): string {
  const value = readMember(members, name);
  return typeof value === "string" ? value : "";
}

function readMember(members: ResponseMembers, name: string): unknown {
  return Object.hasOwn(members, name) ? members[name] : undefined;
}

/** Reads the error in an authority's response. Drops claims that are no usable claims request. */
export function readOAuthError(members: ResponseMembers): OAuthError {
  const reading = readClaimsRequest(readText(members, "claims"));
  return {
    error: readText(members, "error"),
    suberror: readText(members, "suberror"),
    codes: readErrorCodes(members),
    claims: reading.kind === "usable" ? reading.claims : undefined,
    support: readSupportDetails(members),
  };
}

/** Reads `error_codes`; at the redirect URI there are none, and the number is in `error_uri`. */
function readErrorCodes(members: ResponseMembers): readonly number[] {
  const listed = readMember(members, "error_codes");
  const inUri = /[?&]code=(\d+)(?:&|$)/.exec(readText(members, "error_uri"))?.[1];
  const codes: readonly unknown[] = Array.isArray(listed) ? listed : [inUri];
  return codes.map(toCode).filter((code) => code !== undefined);
}

/**
 * Reads the identifiers that may be shown. At the redirect URI they are in `error_description` alone,
 * from which they are picked by their patterns; the text itself holds names and addresses and is
 * never passed on.
 */
function readSupportDetails(members: ResponseMembers): SupportDetails {
  const description = readText(members, "error_description");
  const details = {
    error: pick(ERROR_NAME, readText(members, "error")),
    suberror: pick(ERROR_NAME, readText(members, "suberror")),
    aadsts: readErrorCodes(members).at(-1) ?? toCode(/^AADSTS(\d+)/.exec(description)?.[1]),
    correlationId: pick(
      GUID,
      readText(members, "correlation_id"),
      /Correlation ID: ([0-9a-f-]{36})/i.exec(description)?.[1],
    ),
    traceId: pick(
      GUID,
      readText(members, "trace_id"),
      /Trace ID: ([0-9a-f-]{36})/i.exec(description)?.[1],
    ),
    timestamp: pick(
      TIMESTAMP,
      readText(members, "timestamp"),
      /Timestamp: (\S{10} \S{9})/.exec(description)?.[1],
    ),
  };
  return Object.fromEntries(Object.entries(details).filter(([, value]) => value !== undefined));
}

/** Returns the first candidate that fits the pattern. */
function pick(pattern: RegExp, ...candidates: (string | undefined)[]): string | undefined {
  return candidates.find((candidate) => candidate !== undefined && pattern.test(candidate));
}

function toCode(value: unknown): number | undefined {
  const isText = typeof value === "string" || typeof value === "number";
  return isText && ERROR_CODE.test(String(value)) ? Number(value) : undefined;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
