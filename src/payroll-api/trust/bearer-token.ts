import type { IncomingMessage } from "node:http";

/** What the `Authorization` header holds. */
export type BearerToken =
  | { readonly kind: "token"; readonly token: string }
  | { readonly kind: "missing" }
  | { readonly kind: "malformed" }
  | { readonly kind: "repeated" };

/**
 * Takes the access token from the `Authorization` header and from nowhere else: query strings end
 * up in logs, and form bodies can be sent across sites.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc6750#section-2.1 | RFC 6750 §2.1}
 */
export function readBearerToken(request: IncomingMessage): BearerToken {
  // Not `request.headers`: it silently keeps the first of two lines, and a proxy may judge the other.
  const lines = request.headersDistinct["authorization"] ?? [];
  if (lines.length > 1) return { kind: "repeated" };
  const value = lines[0] ?? "";
  if (!/^Bearer(?: |$)/i.test(value)) return { kind: "missing" };
  const token = /^Bearer +([A-Za-z0-9\-._~+/]+=*)$/i.exec(value)?.[1];
  return token === undefined ? { kind: "malformed" } : { kind: "token", token };
}
