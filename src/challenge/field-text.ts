/** Lowers A to Z only: a Kelvin sign or a dotted capital I must not become an ASCII letter. */
export function lowerCaseAscii(text: string): string {
  if (!/[A-Z]/.test(text)) return text;
  if (/^[ -~]*$/.test(text)) return text.toLowerCase();
  return text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}

/** Removes spaces and tabs at both ends; a regular expression for the end would be quadratic. */
export function trimSpaces(text: string): string {
  const start = endOfSpace(text, 0);
  let end = text.length;
  while (isSpace(text, end - 1)) end -= 1;
  return text.slice(start, end);
}

/** Returns where the run of spaces and tabs that begins at a position ends. */
export function endOfSpace(text: string, at: number): number {
  let end = at;
  while (isSpace(text, end)) end += 1;
  return end;
}

function isSpace(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return code === 0x20 || code === 0x09;
}
