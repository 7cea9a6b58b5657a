import { peek, skip, take, takeQuoted, type Cursor, type TakenValue } from "./field-cursor.js";
import { lowerCaseAscii } from "./field-text.js";

/** One `name=value` of a challenge. */
interface AuthParameter {
  /** In ASCII lower case: names are case-insensitive. */
  readonly name: string;
  /** Without its quotes and with quoted-pairs resolved. */
  readonly value: string;
  /**
   * False when the closing quote is missing or other text follows it directly: the value may then be
   * incomplete, as when JSON is put between quotes without escaping its own.
   */
  readonly intact: boolean;
}

/** One challenge of a `WWW-Authenticate` list. */
export interface AuthChallenge {
  /** In ASCII lower case: schemes are case-insensitive. */
  readonly scheme: string;
  /** The opaque value that some schemes have in place of parameters, such as Negotiate's. */
  readonly token68: string | undefined;
  /** In the order of the header; a repeated name is repeated here. */
  readonly parameters: readonly AuthParameter[];
  /** True when a quote never closes or a quoted value was skipped: a parameter may be missing. */
  readonly lostText: boolean;
}

interface OpenChallenge {
  readonly scheme: string;
  token68: string | undefined;
  readonly parameters: AuthParameter[];
  lostText: boolean;
}

/** A name, a scheme or a stray word: anything but separators. */
const WORD = /[^ \t,="]+/y;
const WHITE_SPACE = /[ \t]+/y;
const LIST_SEPARATORS = /[ \t,]+/y;
const EQUALS_SIGNS = /=+/y;
const UNQUOTED_TEXT = /[^ \t,"]+/y;
const TEXT_UP_TO_COMMA = /[^,"]+/y;

/** RFC 9110 §5.6.2. */
const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
/** RFC 9110 §11.2, without the padding. */
const TOKEN68 = /^[A-Za-z0-9._~+/-]+$/;

/**
 * Reads the list of challenges of a `WWW-Authenticate` field; several field lines are joined with
 * `", "` first.
 *
 * Accepts the grammar and what real services send besides: space around `=`, empty list elements, a
 * missing comma between two parameters, values without quotes or in single quotes. Skips a piece that
 * fits nowhere, up to the next comma outside quotes. Text inside quotes never becomes a challenge.
 * Never throws; the cursor only advances and each piece is read a fixed number of times, so the time
 * is linear.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc9110#section-11.6.1 | RFC 9110 §11.6.1}
 */
export function readWwwAuthenticate(header: string): readonly AuthChallenge[] {
  const cursor: Cursor = { text: header, at: 0 };
  const challenges: OpenChallenge[] = [];
  // Parameters before the first scheme belong to no challenge.
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

/** Returns whether this list element, which is no parameter, starts with a scheme. */
function startsChallenge(cursor: Cursor): boolean {
  const word = peek(cursor, WORD);
  if (word === "" || startsParameter(cursor)) return false;
  const behind: Cursor = { text: cursor.text, at: cursor.at + word.length };
  if (behind.text[behind.at] === '"') return false;
  if (TOKEN.test(word)) return true;
  // Not a valid scheme (another alphabet, for example), but what follows belongs to it and not to the
  // challenge before.
  return skip(behind, WHITE_SPACE) && startsParameter(behind);
}

/** Returns whether a word and an equals sign follow. */
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

/** Takes a token68 if there is one here; leaves a parameter where it is. */
function takeToken68(cursor: Cursor): string | undefined {
  const word = peek(cursor, WORD);
  if (!TOKEN68.test(word)) return undefined;
  const behind: Cursor = { text: cursor.text, at: cursor.at + word.length };
  const padding = take(behind, EQUALS_SIGNS);
  const end = behind.at;
  const spaced = skip(behind, WHITE_SPACE);
  const next = behind.text[behind.at];
  const endsElement = next === undefined || next === ",";
  // `realm=,` is a parameter without a value, unless its length is that of padded base64.
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

/** Returns whether the list element ends here or continues with a space or another parameter. */
function endsCleanly(cursor: Cursor): boolean {
  const next = cursor.text[cursor.at];
  return next === undefined || " \t,".includes(next) || startsParameter(cursor);
}

function takeValue(cursor: Cursor): TakenValue {
  const first = cursor.text[cursor.at];
  if (first === '"') return takeQuoted(cursor);
  if (first === "'") return takeSingleQuoted(cursor) ?? takeUnquoted(cursor);
  return takeUnquoted(cursor);
}

/** Takes a value in single quotes, which are no quotes in HTTP: only a pair around it counts. */
function takeSingleQuoted(cursor: Cursor): TakenValue | undefined {
  const start = cursor.at + 1;
  const end = cursor.text.indexOf("'", start);
  if (end === -1 || !" \t,".includes(cursor.text[end + 1] ?? ",")) return undefined;
  cursor.at = end + 1;
  return { text: cursor.text.slice(start, end), closed: true };
}

/** Takes up to the next comma or space that is not inside double quotes. */
function takeUnquoted(cursor: Cursor): TakenValue {
  const start = cursor.at;
  let closed = true;
  while (skip(cursor, UNQUOTED_TEXT) || cursor.text[cursor.at] === '"') {
    if (cursor.text[cursor.at] === '"') closed = takeQuoted(cursor).closed;
  }
  return { text: cursor.text.slice(start, cursor.at), closed };
}

/** Moves to the next comma outside quotes. Returns whether a value was skipped. */
function skipToComma(cursor: Cursor): boolean {
  let lost = false;
  while (skip(cursor, TEXT_UP_TO_COMMA) || cursor.text[cursor.at] === '"') {
    if (cursor.text[cursor.at] !== '"') continue;
    const isValue = cursor.text[cursor.at - 1] === "=";
    lost = !takeQuoted(cursor).closed || isValue || lost;
  }
  return lost;
}
