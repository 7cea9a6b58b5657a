/**
 * Returns a text of somebody else with at most `maxLength` characters, so that no page grows with it.
 * The cut is marked, and no character is cut in two.
 */
export function cutText(text: string, maxLength: number): string {
  if (text.length <= maxLength) return text;
  const kept = text.slice(0, maxLength - 1).replace(/[\uD800-\uDBFF]$/, "");
  return `${kept}…`;
}

/** The longest name of a person, in characters. */
const MAX_NAME_LENGTH = 100;

/** Returns the name of a person as pages show it. */
export function cutName(name: string): string {
  return cutText(name, MAX_NAME_LENGTH);
}

/**
 * Returns a name for use in a sentence, or undefined when it is missing or empty. The characters
 * around it do for text what `<bdi>` does in a page: a name that is written from right to left does
 * not reorder the sentence.
 */
export function isolateName(name: string | undefined): string | undefined {
  if (name === undefined || name === "") return undefined;
  return `\u2068${cutName(name)}\u2069`;
}
