/**
 * Where state lives that must outlast one request: sessions, tokens, pending flows, drafts.
 *
 * Every operation touches one key, so that a cluster can serve it. A key is `<kind>:<name>`.
 */
export interface KeyValueStore {
  /** Gives the value, or `undefined` when there is none or it has expired. */
  get(key: string): Promise<string | undefined>;
  /** Keeps the value for `ttlMs` milliseconds, in place of any other. */
  set(key: string, value: string, ttlMs: number): Promise<void>;
  /** Removes the value and gives it: of any number of parallel callers, exactly one gets it. */
  take(key: string): Promise<string | undefined>;
  /** Removes the value, if there is one. */
  delete(key: string): Promise<void>;
  /**
   * Sets the value only when the present one is `expected`; `undefined` means that there is none.
   *
   * With an `expected` text it never creates a key anew: what somebody removed stays removed.
   */
  replace(replacement: Replacement): Promise<boolean>;
}

/** A compare-and-set: see {@link KeyValueStore.replace}. */
export interface Replacement {
  readonly key: string;
  readonly expected: string | undefined;
  readonly value: string;
  readonly ttlMs: number;
}
