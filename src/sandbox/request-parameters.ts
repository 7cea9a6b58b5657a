import type { Request } from "express";
import { AuthorityError } from "./aadsts.js";

/** The parameters of a protocol request, in wire case, each once. */
export type Parameters = ReadonlyMap<string, string>;

const GUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Returns the query of a request. */
export function queryOf(request: Request): URLSearchParams {
  const mark = request.originalUrl.indexOf("?");
  return new URLSearchParams(mark < 0 ? "" : request.originalUrl.slice(mark + 1));
}

/** Returns the form in a request's body, which the text parser has read; empty when there is none. */
export function formOf(request: Request): URLSearchParams {
  return new URLSearchParams(typeof request.body === "string" ? request.body : "");
}

/**
 * Reads parameters, each of which may be present once: of two values, two readers could use
 * different ones.
 *
 * @throws {@link AuthorityError} 9000411 when one is repeated.
 * @see {@link https://www.rfc-editor.org/rfc/rfc6749#section-3.1 | RFC 6749, section 3.1}
 */
export function readOnce(source: URLSearchParams): Parameters {
  const parameters = new Map<string, string>();
  for (const [name, value] of source) {
    if (parameters.has(name)) throw new AuthorityError(9000411);
    parameters.set(name, value);
  }
  return parameters;
}

/**
 * Returns the value of a required parameter.
 *
 * @throws {@link AuthorityError} 90014 when it is absent or empty.
 */
export function requireParameter(parameters: Parameters, name: string): string {
  const value = parameters.get(name);
  if (value === undefined || value === "") throw new AuthorityError(90014, { detail: name });
  return value;
}

/** Returns the caller's id of an exchange (`client-request-id` in form, query or header). */
export function callersRequestId(request: Request): string | undefined {
  const name = "client-request-id";
  return readGuid(formOf(request).get(name) ?? queryOf(request).get(name) ?? request.get(name));
}

/** Returns a GUID in lower case, or `undefined` for any other text. */
export function readGuid(text: string | undefined): string | undefined {
  return text !== undefined && GUID.test(text) ? text.toLowerCase() : undefined;
}
