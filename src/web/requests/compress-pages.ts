import compression from "compression";

/** Below this many bytes, compression costs more time than it saves. */
const THRESHOLD_BYTES = 2_048;

/**
 * Compresses pages. It is not for the pages of APIs, the most frequent ones: they are small, and
 * compressing one takes a third of its processor time.
 *
 * The length of a compressed page tells an observer on the network whether it repeats a guess that the
 * attacker made it contain (BREACH). It is safe here because pages contain no secret: no CSRF token
 * (the origin is checked instead), no session id, no token. Random names in forms are worth nothing
 * without the session, and only a form of this origin makes a page repeat an entry.
 *
 * @see {@link https://www.breachattack.com/ | BREACH}
 */
export const compressPages = compression({ threshold: THRESHOLD_BYTES });
