import type { Environment } from "./formats.js";
import { ALL_SETTING_NAMES } from "./setting-names.js";

/** What other tools put before the same names, such as `AZURE_TENANT_ID`. */
const FOREIGN_PREFIX =
  /^(?:AZURE_AD|AZURE|AZUREAD|AAD|ENTRA_ID|ENTRA|MICROSOFT|MS|MSAL|ARM|OAUTH2?|OIDC|APP)_/;

/** How many letters a name may differ by, from this length on: in `PORT` each letter counts. */
const TOLERANCE: readonly (readonly [length: number, edits: number])[] = [
  [8, 2],
  [7, 1],
  [0, 0],
];

/**
 * Returns a sentence for each name that resembles a setting, unless that setting is set: then the
 * other name is of another program. A name with a blank value has no effect, and counts as absent.
 */
export function describeMisspellings(given: Environment, env: Environment = given): string[] {
  return Object.keys(given).flatMap((name) => {
    const meant = isSet(given, name) ? settingLike(name) : undefined;
    if (meant === undefined || isSet(env, meant)) return [];
    return [`${name} is not a setting of this app: is ${meant} meant?`];
  });
}

function isSet(env: Environment, name: string): boolean {
  return (env[name] ?? "").trim() !== "";
}

/** Returns the setting that a name resembles without being one. */
function settingLike(name: string): string | undefined {
  if (ALL_SETTING_NAMES.includes(name)) return undefined;
  const letters = lettersOf(name);
  const bare = lettersOf(name.toUpperCase().replace(FOREIGN_PREFIX, ""));
  return (
    ALL_SETTING_NAMES.find((each) => lettersOf(each) === letters) ??
    // Two words or more: `APP_PORT` may be the port of any app.
    ALL_SETTING_NAMES.find((each) => each.includes("_") && lettersOf(each) === bare) ??
    ALL_SETTING_NAMES.find((each) => isClose(letters, lettersOf(each)))
  );
}

/** Returns a name in upper case without underscores, which people add and drop. */
function lettersOf(name: string): string {
  return name.toUpperCase().replace(/[^A-Z0-9]/g, "");
}

function isClose(one: string, other: string): boolean {
  const [, edits] = TOLERANCE.find(([length]) => other.length >= length) ?? [0, 0];
  return Math.abs(one.length - other.length) <= edits && distance(one, other) <= edits;
}

/** Counts the letters to add, drop, change or exchange (optimal string alignment). */
function distance(one: string, other: string): number {
  const rows: number[][] = [Array.from({ length: other.length + 1 }, (_, at) => at)];
  for (let i = 1; i <= one.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= other.length; j += 1) {
      const changed = cell(rows, i - 1, j - 1) + (one[i - 1] === other[j - 1] ? 0 : 1);
      const isExchanged = one[i - 1] === other[j - 2] && one[i - 2] === other[j - 1];
      const exchanged = isExchanged ? cell(rows, i - 2, j - 2) + 1 : Infinity;
      row.push(Math.min(cell(rows, i - 1, j) + 1, (row[j - 1] ?? 0) + 1, changed, exchanged));
    }
    rows.push(row);
  }
  return cell(rows, one.length, other.length);
}

function cell(rows: readonly (readonly number[])[], row: number, column: number): number {
  return rows[row]?.[column] ?? Infinity;
}
