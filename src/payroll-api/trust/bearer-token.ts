import type { IncomingMessage } from "node:http";

/** The content of the `Authorization` header. */
export type BearerToken =
  | { readonly kind: "token"; readonly token: string }
  | { readonly kind: "missing" | "malformed" | "repeated" };

/**
 * Reads the access token from the `Authorization` header only: query strings are logged, and form
 * bodies can be sent from another site.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc6750#section-2.1 | RFC 6750 §2.1}
 */
export function readBearerToken(request: IncomingMessage): BearerToken {
  // `request.headers` would keep the first of two lines, while a proxy may have checked the second.
  const lines = request.headersDistinct["authorization"] ?? [];
  if (lines.length > 1) return { kind: "repeated" };
  const value = lines[0] ?? "";
  if (!/^Bearer(?: |$)/i.test(value)) return { kind: "missing" };
  const token = /^Bearer +([A-Za-z0-9\-._~+/]+=*)$/i.exec(value)?.[1];
  return token === undefined ? { kind: "malformed" } : { kind: "token", token };
}
