// The three platform functions that this folder uses, declared here because they are not part of
// ECMAScript: Node, browsers, Deno and workers have them, and neither "dom" nor @types/node is needed.
declare function atob(base64: string): string;
declare class TextDecoder {
  constructor(label: "utf-8", options: { readonly fatal: true });
  decode(bytes: Uint8Array): string;
}
declare class TextEncoder {
  encode(text: string): Uint8Array;
}

/** The decoded text, or the fault of its encoding. */
export type Base64Reading =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "not-base64" }
  | { readonly kind: "not-utf8" };

/**
 * Decodes UTF-8 text from base64 or base64url, once.
 *
 * Padding is optional and too much of it is accepted; white space and percent escapes are not. Bytes
 * that are not UTF-8 are refused instead of replaced. A byte order mark at the start is dropped.
 */
export function decodeBase64Text(value: string): Base64Reading {
  const digits = /^([A-Za-z0-9+/_-]+)=*$/.exec(value)?.[1];
  // One digit more than a multiple of four holds six bits, less than a byte.
  if (digits === undefined || digits.length % 4 === 1) return { kind: "not-base64" };
  const isUrlSafe = /[-_]/.test(digits);
  const binary = atob(isUrlSafe ? digits.replaceAll("-", "+").replaceAll("_", "/") : digits);
  if (!/[\u0080-\u00ff]/.test(binary)) return { kind: "text", text: binary };
  try {
    return { kind: "text", text: decodeUtf8(binary) };
  } catch {
    return { kind: "not-utf8" };
  }
}

/** Decodes the bytes that are the characters of a text; throws when they are not UTF-8. */
function decodeUtf8(binary: string): string {
  const bytes = new Uint8Array(binary.length);
  for (let at = 0; at < bytes.length; at += 1) bytes[at] = binary.charCodeAt(at);
  return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
}

/** Returns the number of bytes of the text in UTF-8. */
export function utf8Length(text: string): number {
  return new TextEncoder().encode(text).length;
}
