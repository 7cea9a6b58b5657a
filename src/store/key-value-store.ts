/**
 * A store for state that outlasts one request: sessions, tokens, authorization transactions, drafts.
 *
 * Every operation concerns one key, so that a cluster can execute it. A key is `<kind>:<name>`. Kinds
 * that begin with `visitor` belong to people who are not signed in: anybody can create any number of
 * them, so a bounded store drops these for each other only.
 */
export interface KeyValueStore {
  /** Returns the value, or undefined when there is none or it has expired. */
  get(key: string): Promise<string | undefined>;
  /** Returns the value and makes it live for `ttlMs` milliseconds from now. */
  getAndExtend(key: string, ttlMs: number): Promise<string | undefined>;
  /** Sets the value for `ttlMs` milliseconds. Here and elsewhere, zero means that it expires at once. */
  set(key: string, value: string, ttlMs: number): Promise<void>;
  /** Deletes the value and returns it: one of any number of parallel callers gets it. */
  take(key: string): Promise<string | undefined>;
  /** Deletes the value, if there is one. */
  delete(key: string): Promise<void>;
  /**
   * Sets the value if the present one is `expected`, where undefined means that there is none. Returns
   * whether it did. With an expected text it never creates a key: what was deleted stays deleted.
   */
  replace(replacement: Replacement): Promise<boolean>;
  /**
   * Adds one to a counter and returns the sum. The first addition creates the counter, which expires
   * `ttlMs` milliseconds later. The other operations do not apply to counters.
   */
  increment(key: string, ttlMs: number): Promise<number>;
  /** Verifies that the store responds; rejects when it is unavailable. */
  ping(): Promise<void>;
  /** Ends all connections. */
  close(): Promise<void>;
}

/** A compare-and-set: see {@link KeyValueStore.replace}. */
export interface Replacement {
  readonly key: string;
  readonly expected: string | undefined;
  readonly value: string;
  readonly ttlMs: number;
}
