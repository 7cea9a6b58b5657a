import { deflateRawSync, inflateRawSync } from "node:zlib";

/** Bytes of a decompressed text; a session's tokens take a thousandth of this. */
const MAX_BYTES = 4 * 1024 * 1024;

/**
 * The texts have a few thousand characters. A window for more of them would take longer to set up than
 * the compression takes.
 */
const DEFLATE = { windowBits: 13, memLevel: 6 };

/** Compresses a text; the result has only characters of base64url. */
export function compress(text: string): string {
  return deflateRawSync(text, DEFLATE).toString("base64url");
}

/**
 * Returns a text that was compressed.
 *
 * @throws Error when it is damaged, or longer than 4 MiB.
 */
export function decompress(compressed: string): string {
  const bytes = Buffer.from(compressed, "base64url");
  return inflateRawSync(bytes, { maxOutputLength: MAX_BYTES }).toString("utf8");
}
