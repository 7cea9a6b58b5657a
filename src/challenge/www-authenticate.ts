import { type Cursor, endOfRun, skip, take, takeQuoted, type TakenValue } from "./field-cursor.js";
import { endOfSpace, lowerCaseAscii } from "./field-text.js";

/** One `name=value` of a challenge. */
export interface AuthParameter {
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
function startsChallenge({ text, at }: Cursor): boolean {
  const end = endOfRun(text, at, WORD);
  const next = endOfSpace(text, end);
  if (text[next] === "=" || text[end] === '"') return false;
  // Not a valid scheme (another alphabet, for example), but what follows belongs to it and not to the
  // challenge before.
  return TOKEN.test(text.slice(at, end)) || startsParameter(text, next);
}

/** Returns whether a word and an equals sign follow. */
function startsParameter(text: string, at: number): boolean {
  return endOfName(text, at) !== undefined;
}

/** Returns where the word ends that an equals sign follows; undefined when there is none. */
function endOfName(text: string, at: number): number | undefined {
  const end = endOfRun(text, at, WORD);
  return end > at && text[endOfSpace(text, end)] === "=" ? end : undefined;
}

function openChallenge(cursor: Cursor): OpenChallenge {
  const scheme = lowerCaseAscii(take(cursor, WORD));
  cursor.at = endOfSpace(cursor.text, cursor.at);
  return { scheme, token68: takeToken68(cursor), parameters: [], lostText: false };
}

/** Takes a token68 if there is one here; leaves a parameter where it is. */
function takeToken68(cursor: Cursor): string | undefined {
  const { text, at } = cursor;
  const wordEnd = endOfRun(text, at, WORD);
  const end = endOfRun(text, wordEnd, EQUALS_SIGNS);
  const behind = endOfSpace(text, end);
  const padding = end - wordEnd;
  const next = text[behind];
  const endsElement = next === undefined || next === ",";
  // `realm=,` is a parameter without a value, unless its length is that of padded base64.
  const isPadded = padding !== 1 || (end - at) % 4 === 0;
  const isSeparate = behind > end && padding !== 1 && next !== "=";
  if (!(endsElement ? isPadded : isSeparate)) return undefined;
  if (!TOKEN68.test(text.slice(at, wordEnd))) return undefined;
  cursor.at = end;
  return text.slice(at, end);
}

/** Reads the parameters of one list element into the challenge that they belong to. */
function readParameters(cursor: Cursor, challenge: OpenChallenge): void {
  const { text } = cursor;
  for (;;) {
    const start = endOfSpace(text, cursor.at);
    cursor.at = start;
    const end = endOfName(text, start);
    if (end === undefined) {
      challenge.lostText = skipToComma(cursor) || challenge.lostText;
      return;
    }
    const name = lowerCaseAscii(text.slice(start, end));
    cursor.at = endOfSpace(text, endOfSpace(text, end) + 1);
    const { text: value, closed } = takeValue(cursor);
    challenge.parameters.push({ name, value, intact: closed && endsCleanly(cursor) });
    challenge.lostText ||= !closed;
  }
}

/** Returns whether the list element ends here or continues with a space or another parameter. */
function endsCleanly({ text, at }: Cursor): boolean {
  return isBoundary(text, at) || startsParameter(text, at);
}

/** Returns whether a value can end before this position: at a space, a comma or the end. */
function isBoundary(text: string, at: number): boolean {
  const next = text[at];
  return next === undefined || next === " " || next === "\t" || next === ",";
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
  if (end === -1 || !isBoundary(cursor.text, end + 1)) return undefined;
  cursor.at = end + 1;
  return { text: cursor.text.slice(start, end), closed: true };
}

/** Takes up to the next comma or space that is not inside double quotes. */
function takeUnquoted(cursor: Cursor): TakenValue {
  const start = cursor.at;
  let closed = true;
  skip(cursor, UNQUOTED_TEXT);
  while (isQuote(cursor)) {
    closed = takeQuoted(cursor).closed;
    skip(cursor, UNQUOTED_TEXT);
  }
  return { text: cursor.text.slice(start, cursor.at), closed };
}

/** Moves to the next comma outside quotes. Returns whether a value was skipped. */
function skipToComma(cursor: Cursor): boolean {
  let lost = false;
  skip(cursor, TEXT_UP_TO_COMMA);
  while (isQuote(cursor)) {
    const isValue = cursor.text[cursor.at - 1] === "=";
    lost = !takeQuoted(cursor).closed || isValue || lost;
    skip(cursor, TEXT_UP_TO_COMMA);
  }
  return lost;
}

function isQuote({ text, at }: Cursor): boolean {
  return text[at] === '"';
}
