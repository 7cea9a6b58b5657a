/** An entity of MSAL's serialised cache, such as an access token or an account. */
export type Entity = Readonly<Record<string, unknown>>;

/** A section of MSAL's serialised cache. */
export type Table = Readonly<Record<string, Entity>>;

/** Where a text begins among the texts of all access tokens, and how long it is. */
export interface Place {
  readonly at: number;
  readonly length: number;
}

/** A text that JSON does not have to escape; the ones of access tokens are such (RFC 6750, section 2.1). */
const PLAIN_TEXT = /^[\x20-\x7e]+$/;

/**
 * Separates access tokens from their texts: in the table, the place of the text stands for it. A text
 * that is not plain stays in the table.
 */
export function takeTexts(accessTokens: Table | undefined): {
  readonly table: Table | undefined;
  readonly texts: string;
} {
  if (accessTokens === undefined) return { table: undefined, texts: "" };
  let texts = "";
  const entries = Object.entries(accessTokens).map(([key, token]) => {
    const { secret } = token;
    if (typeof secret !== "string" || !PLAIN_TEXT.test(secret)) return [key, token] as const;
    const place: Place = { at: texts.length, length: secret.length };
    texts += secret;
    return [key, { ...token, secret: place }] as const;
  });
  return { table: Object.fromEntries(entries), texts };
}

/**
 * Returns access tokens with their texts.
 *
 * @throws RangeError when a text is missing.
 */
export function putBack(table: Table | undefined, texts: string): Table | undefined {
  if (table === undefined) return undefined;
  const entries = Object.entries(table).map(([key, token]) => {
    const place = placeOf(token);
    if (place === undefined) return [key, token] as const;
    const secret = texts.slice(place.at, place.at + place.length);
    if (secret.length !== place.length) throw new RangeError("A text is missing");
    return [key, { ...token, secret }] as const;
  });
  return Object.fromEntries(entries);
}

/** Returns the place of an access token's text; undefined when the text is in the table. */
export function placeOf({ secret }: Entity): Place | undefined {
  return typeof secret === "object" && secret !== null ? (secret as Place) : undefined;
}
