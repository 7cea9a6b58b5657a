/** The longest path we come back to, in characters. */
const MAX_PATH_LENGTH = 2_048;

/** Stands for our own origin while a path is parsed; nothing is ever sent there. */
const BASE = "https://return-path.invalid";

/** Steps of a sign-in itself: coming back to one would begin the next, for ever. */
const SIGN_IN_STEP = /^\/(?:signin|redirect)\/?$/i;

/**
 * Gives the same-origin path that `text` names, or `/`.
 *
 * It parses as a browser would instead of looking at the first characters: `//host`, `/\host` and a
 * tab between two slashes all lead to another origin.
 *
 * @see {@link https://url.spec.whatwg.org/#url-parsing | URL Standard}
 */
export function readReturnPath(text: unknown): string {
  if (typeof text !== "string" || !text.startsWith("/") || text.length > MAX_PATH_LENGTH)
    return "/";
  if (!URL.canParse(text, BASE)) return "/";
  const url = new URL(text, BASE);
  if (url.origin !== BASE || SIGN_IN_STEP.test(url.pathname)) return "/";
  const path = url.pathname + url.search;
  // What parsing leaves over may again be read as another origin: `/.//host` becomes `//host`.
  return path.startsWith("//") ? "/" : path;
}
