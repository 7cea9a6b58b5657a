/** The longest path to return to, in characters as a URL has them: `ü` is six, `%C3%BC`. */
const MAX_PATH_LENGTH = 2_048;

/** Stands for this origin while a path is parsed; nothing is ever sent there. */
const BASE = "https://return-path.invalid";

/** Steps of a sign-in itself: returning to one would begin the next, without end. */
const SIGN_IN_STEP = /^\/(?:signin|redirect)\/?$/i;

/**
 * Returns the same-origin path that `text` names, or `/`.
 *
 * Parses as a browser does, since the first characters decide nothing: `//host`, `/\host` and a tab
 * between two slashes all lead to another origin.
 *
 * @see {@link https://url.spec.whatwg.org/#url-parsing | URL Standard}
 */
export function readReturnPath(text: unknown): string {
  if (typeof text !== "string" || !text.startsWith("/") || !URL.canParse(text, BASE)) return "/";
  const url = new URL(text, BASE);
  if (url.origin !== BASE || SIGN_IN_STEP.test(url.pathname)) return "/";
  const path = url.pathname + url.search;
  // The result of parsing may again lead to another origin: `/.//host` becomes `//host`.
  return path.startsWith("//") || path.length > MAX_PATH_LENGTH ? "/" : path;
}

/** Returns the path that signs in and comes back to `returnTo`. */
export function signInUrl(returnTo: string): string {
  return `/signin?returnTo=${encodeURIComponent(readReturnPath(returnTo))}`;
}
