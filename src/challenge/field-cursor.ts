/** A position in a header field. */
export interface Cursor {
  readonly text: string;
  at: number;
}

/** A value that was taken from a field. */
export interface TakenValue {
  readonly text: string;
  readonly closed: boolean;
}

const QUOTED_TEXT = /[^"\\]+/y;

/**
 * Returns where the run that a sticky pattern matches at a position ends. `test` creates no objects,
 * unlike `exec`.
 */
export function endOfRun(text: string, at: number, pattern: RegExp): number {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : at;
}

/** Returns what the pattern matches and moves the cursor behind it. */
export function take(cursor: Cursor, pattern: RegExp): string {
  const start = cursor.at;
  cursor.at = endOfRun(cursor.text, start, pattern);
  return cursor.text.slice(start, cursor.at);
}

/** Moves the cursor behind what the pattern matches. */
export function skip(cursor: Cursor, pattern: RegExp): void {
  cursor.at = endOfRun(cursor.text, cursor.at, pattern);
}

/** Takes a quoted-string (RFC 9110 §5.6.4) and resolves its quoted-pairs. */
export function takeQuoted(cursor: Cursor): TakenValue {
  cursor.at += 1;
  let text = take(cursor, QUOTED_TEXT);
  for (;;) {
    const next = cursor.text[cursor.at];
    cursor.at += 1;
    if (next === '"') return { text, closed: true };
    if (next === undefined) return { text, closed: false };
    text += cursor.text[cursor.at] ?? "";
    cursor.at += 1;
    text += take(cursor, QUOTED_TEXT);
  }
}
