import { cutText } from "../cut-text.js";

/** The entries of a list that a page shows; thousands would block the process while they are rendered. */
const MAX_ENTRIES = 100;

/** The longest text that a page shows, in characters. */
const MAX_TEXT_LENGTH = 200;

/** An API's data as a page shows it. */
export interface BoundedData extends Readonly<Record<string, unknown>> {
  /** How many entries of its lists are left out. */
  readonly omitted: number;
}

/**
 * Returns the data of an API for a page: the first entries of each list, and texts cut to a length that
 * people read. No response makes a page slow or large.
 */
export function boundData(data: object): BoundedData {
  let omitted = 0;

  function bound(value: unknown): unknown {
    if (typeof value === "string") return cutText(value, MAX_TEXT_LENGTH);
    if (Array.isArray(value)) {
      omitted += Math.max(0, value.length - MAX_ENTRIES);
      return value.slice(0, MAX_ENTRIES).map(bound);
    }
    return typeof value === "object" && value !== null ? boundMembers(value) : value;
  }

  function boundMembers(object: object): Record<string, unknown> {
    return Object.fromEntries(Object.entries(object).map(([name, value]) => [name, bound(value)]));
  }

  const members = boundMembers(data);
  return { ...members, omitted };
}
