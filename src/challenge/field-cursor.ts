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

/** Returns what the sticky pattern matches at the cursor; empty when it does not match. */
export function peek(cursor: Cursor, pattern: RegExp): string {
  pattern.lastIndex = cursor.at;
  return pattern.exec(cursor.text)?.[0] ?? "";
}

/** Returns what the pattern matches and moves the cursor behind it. */
export function take(cursor: Cursor, pattern: RegExp): string {
  const found = peek(cursor, pattern);
  cursor.at += found.length;
  return found;
}

/** Moves the cursor behind what the pattern matches; returns whether there was anything. */
export function skip(cursor: Cursor, pattern: RegExp): boolean {
  return take(cursor, pattern) !== "";
}

/** Takes a quoted-string (RFC 9110 §5.6.4) and resolves its quoted-pairs. */
export function takeQuoted(cursor: Cursor): TakenValue {
  let text = "";
  cursor.at += 1;
  for (;;) {
    text += take(cursor, QUOTED_TEXT);
    const next = cursor.text[cursor.at];
    cursor.at += 1;
    if (next === '"') return { text, closed: true };
    if (next === undefined) return { text, closed: false };
    text += cursor.text[cursor.at] ?? "";
    cursor.at += 1;
  }
}
