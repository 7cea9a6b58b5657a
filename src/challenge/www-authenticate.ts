import { lowerCaseAscii } from "./field-text.js";

/** One `name=value` of a challenge. */
interface AuthParameter {
  /** In ASCII lower case: names are case-insensitive. */
  readonly name: string;
  /** Without its quotes and with quoted-pairs resolved. */
  readonly value: string;
  /**
   * False when the closing quote is missing or other text sticks to it: the value may then be a
   * piece of what was meant, as when JSON is put between quotes without escaping its own.
   */
  readonly intact: boolean;
}

/** One challenge of a `WWW-Authenticate` list. */
export interface AuthChallenge {
  /** In ASCII lower case: schemes are case-insensitive. */
  readonly scheme: string;
  /** The opaque credential that some schemes carry instead of parameters, such as Negotiate's. */
  readonly token68: string | undefined;
  /** In the order of the header; a name that was sent twice is here twice. */
  readonly parameters: readonly AuthParameter[];
  /** True when a quote never closes or a quoted value was skipped: a parameter may be missing. */
  readonly lostText: boolean;
}

interface Cursor {
  readonly text: string;
  at: number;
}

interface OpenChallenge {
  readonly scheme: string;
  token68: string | undefined;
  readonly parameters: AuthParameter[];
  lostText: boolean;
}

/** What names, schemes and stray words are made of: anything but separators. */
const WORD = /[^ \t,="]+/y;
const WHITE_SPACE = /[ \t]+/y;
const LIST_SEPARATORS = /[ \t,]+/y;
const EQUALS_SIGNS = /=+/y;
const UNQUOTED_TEXT = /[^ \t,"]+/y;
const TEXT_UP_TO_COMMA = /[^,"]+/y;
const QUOTED_TEXT = /[^"\\]+/y;

/** RFC 9110 §5.6.2. */
const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
/** RFC 9110 §11.2, without the padding. */
const TOKEN68 = /^[A-Za-z0-9._~+/-]+$/;

/**
 * Reads the list of challenges of a `WWW-Authenticate` field; several field lines are joined with
 * `", "` first.
 *
 * Keeps to the grammar where a header does, and is lenient where real services are not: space
 * around `=`, empty list elements, a missing comma between two parameters, values without quotes or
 * in single quotes. A piece that fits nowhere is skipped up to the next comma outside quotes. Text
 * inside quotes never becomes a challenge. Never throws; the cursor only advances and each piece is
 * looked at a fixed number of times, so the time is linear.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc9110#section-11.6.1 | RFC 9110 §11.6.1}
 */
export function readWwwAuthenticate(header: string): readonly AuthChallenge[] {
  const cursor: Cursor = { text: header, at: 0 };
  const challenges: OpenChallenge[] = [];
  // What stands before the first scheme belongs to nothing.
  let current: OpenChallenge = { scheme: "", token68: undefined, parameters: [], lostText: false };
  for (;;) {
    skip(cursor, LIST_SEPARATORS);
    if (cursor.at >= header.length) return challenges;
    if (startsChallenge(cursor)) {
      current = openChallenge(cursor);
      challenges.push(current);
    }
    readParameters(cursor, current);
  }
}

/** A list element that is no parameter starts a challenge, if its first word can be a scheme. */
function startsChallenge(cursor: Cursor): boolean {
  const word = peek(cursor, WORD);
  if (word === "" || startsParameter(cursor)) return false;
  const behind: Cursor = { text: cursor.text, at: cursor.at + word.length };
  if (behind.text[behind.at] === '"') return false;
  if (TOKEN.test(word)) return true;
  // Not a scheme we know how to spell (another alphabet, say), but what follows is its own: it must
  // not be taken for a parameter of the challenge before.
  return skip(behind, WHITE_SPACE) && startsParameter(behind);
}

/** Whether a word and an equals sign follow. */
function startsParameter(cursor: Cursor): boolean {
  const word = peek(cursor, WORD);
  const behind: Cursor = { text: cursor.text, at: cursor.at + word.length };
  skip(behind, WHITE_SPACE);
  return word !== "" && behind.text[behind.at] === "=";
}

function openChallenge(cursor: Cursor): OpenChallenge {
  const scheme = lowerCaseAscii(take(cursor, WORD));
  skip(cursor, WHITE_SPACE);
  return { scheme, token68: takeToken68(cursor), parameters: [], lostText: false };
}

/** Takes a token68 if one stands here; a parameter is left where it is. */
function takeToken68(cursor: Cursor): string | undefined {
  const word = peek(cursor, WORD);
  if (!TOKEN68.test(word)) return undefined;
  const behind: Cursor = { text: cursor.text, at: cursor.at + word.length };
  const padding = take(behind, EQUALS_SIGNS);
  const end = behind.at;
  const spaced = skip(behind, WHITE_SPACE);
  const next = behind.text[behind.at];
  const endsElement = next === undefined || next === ",";
  // `realm=,` is a parameter without a value, unless its length says that it is padded base64.
  const isPadded = padding !== "=" || (word.length + 1) % 4 === 0;
  const isToken68 = endsElement ? isPadded : spaced && padding !== "=" && next !== "=";
  if (!isToken68) return undefined;
  cursor.at = end;
  return word + padding;
}

/** Reads the parameters of one list element into the challenge that they belong to. */
function readParameters(cursor: Cursor, challenge: OpenChallenge): void {
  for (;;) {
    skip(cursor, WHITE_SPACE);
    const next = cursor.text[cursor.at];
    if (next === undefined || next === ",") return;
    if (!startsParameter(cursor)) {
      challenge.lostText = skipToComma(cursor) || challenge.lostText;
      return;
    }
    const name = lowerCaseAscii(take(cursor, WORD));
    skip(cursor, WHITE_SPACE);
    cursor.at += 1;
    skip(cursor, WHITE_SPACE);
    const { text: value, closed } = takeValue(cursor);
    challenge.parameters.push({ name, value, intact: closed && endsCleanly(cursor) });
    challenge.lostText ||= !closed;
  }
}

/** Whether the list element ends here or goes on with a space or with another parameter. */
function endsCleanly(cursor: Cursor): boolean {
  const next = cursor.text[cursor.at];
  return next === undefined || " \t,".includes(next) || startsParameter(cursor);
}

interface TakenValue {
  readonly text: string;
  readonly closed: boolean;
}

function takeValue(cursor: Cursor): TakenValue {
  const first = cursor.text[cursor.at];
  if (first === '"') return takeQuoted(cursor);
  if (first === "'") return takeSingleQuoted(cursor) ?? takeUnquoted(cursor);
  return takeUnquoted(cursor);
}

function takeQuoted(cursor: Cursor): TakenValue {
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

/** Single quotes are not quotes in HTTP: they count only as a pair around a whole value. */
function takeSingleQuoted(cursor: Cursor): TakenValue | undefined {
  const start = cursor.at + 1;
  const end = cursor.text.indexOf("'", start);
  if (end === -1 || !" \t,".includes(cursor.text[end + 1] ?? ",")) return undefined;
  cursor.at = end + 1;
  return { text: cursor.text.slice(start, end), closed: true };
}

/** Takes up to the next comma or space; a pair of double quotes on the way hides both. */
function takeUnquoted(cursor: Cursor): TakenValue {
  const start = cursor.at;
  let closed = true;
  while (skip(cursor, UNQUOTED_TEXT) || cursor.text[cursor.at] === '"') {
    if (cursor.text[cursor.at] === '"') closed = takeQuoted(cursor).closed;
  }
  return { text: cursor.text.slice(start, cursor.at), closed };
}

/** Moves to the next comma outside quotes. Gives whether something was lost on the way. */
function skipToComma(cursor: Cursor): boolean {
  let lost = false;
  while (skip(cursor, TEXT_UP_TO_COMMA) || cursor.text[cursor.at] === '"') {
    if (cursor.text[cursor.at] !== '"') continue;
    const isValue = cursor.text[cursor.at - 1] === "=";
    lost = !takeQuoted(cursor).closed || isValue || lost;
  }
  return lost;
}

function peek(cursor: Cursor, pattern: RegExp): string {
  pattern.lastIndex = cursor.at;
  return pattern.exec(cursor.text)?.[0] ?? "";
}

function take(cursor: Cursor, pattern: RegExp): string {
  const found = peek(cursor, pattern);
  cursor.at += found.length;
  return found;
}

function skip(cursor: Cursor, pattern: RegExp): boolean {
  return take(cursor, pattern) !== "";
}
