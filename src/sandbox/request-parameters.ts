import type { Request } from "express";
import { AuthorityError } from "./aadsts.js";

/** The parameters of a protocol request, in wire case, each once. */
export type Parameters = ReadonlyMap<string, string>;

const GUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** The query of a request. */
export function queryOf(request: Request): URLSearchParams {
  const mark = request.originalUrl.indexOf("?");
  return new URLSearchParams(mark < 0 ? "" : request.originalUrl.slice(mark + 1));
}

/** The form in a request's body, which the text parser has read; empty when there is none. */
export function formOf(request: Request): URLSearchParams {
  return new URLSearchParams(typeof request.body === "string" ? request.body : "");
}

/**
 * Reads parameters, none of which may come twice: two readers could pick different ones.
 *
 * @throws {@link AuthorityError} 9000411 when one comes twice.
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
 * The value of a parameter that has to be there.
 *
 * @throws {@link AuthorityError} 90014 when it is absent or empty.
 */
export function requireParameter(parameters: Parameters, name: string): string {
  const value = parameters.get(name);
  if (value === undefined || value === "") throw new AuthorityError(90014, { detail: name });
  return value;
}

/**
 * The id that the caller gave this exchange (`client-request-id` in form, query or header), when it
 * is a GUID.
 */
export function callersRequestId(request: Request): string | undefined {
  const name = "client-request-id";
  return readRequestId(
    formOf(request).get(name) ?? queryOf(request).get(name) ?? request.get(name),
  );
}

/** An id as callers give it: a GUID, else it is not one. */
export function readRequestId(sent: string | undefined): string | undefined {
  return sent !== undefined && GUID.test(sent) ? sent.toLowerCase() : undefined;
}
