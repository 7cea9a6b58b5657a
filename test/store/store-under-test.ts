import type { KeyValueStore } from "../../src/store/key-value-store.js";

/** A store under test, with a way to let time pass. */
export interface StoreUnderTest {
  readonly store: KeyValueStore;
  /** Makes all entries this many milliseconds older. */
  readonly passTime: (ms: number) => Promise<void>;
  /** Returns how many entries there are, where the store can tell. */
  readonly countEntries?: () => Promise<number>;
  readonly close: () => Promise<void>;
}
