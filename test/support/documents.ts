import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** Reads a file of the project, by its path from the root. */
export function read(path: string): string {
  return readFileSync(path, "utf8");
}

/** Returns the paths of all files under a folder. */
export function filesUnder(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

/** Returns the first group of each match, or all of it. */
export function allMatches(text: string, pattern: RegExp): string[] {
  return [...text.matchAll(pattern)].map((match) => match[1] ?? match[0]);
}

/** Returns the part of a document under a heading of the second level. */
export function section(text: string, heading: string): string {
  return text.split(/^## /m).find((each) => each.startsWith(`${heading}\n`)) ?? "";
}

/** Returns the cells of the table rows that begin with a name or a link. */
export function rowsOf(text: string): string[][] {
  const lines = text.split("\n").filter((line) => /^\| [`[]/.test(line));
  return lines.map((line) =>
    line
      .split("|")
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

/** Returns the codes that sources name as a whole string. */
export function codesIn(paths: readonly string[]): Set<string> {
  return new Set(paths.flatMap((path) => allMatches(read(path), /"(ERR_[A-Z_]+)"/g)));
}
