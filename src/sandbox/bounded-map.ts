/** How much a {@link BoundedMap} keeps, and for how long. */
export interface Bounds {
  readonly maxEntries: number;
  readonly maxAgeMs: number;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/**
 * A map that cannot grow without end: entries die of age, and beyond `maxEntries` the oldest goes.
 * Setting a key again makes it the youngest.
 */
export class BoundedMap<Value> {
  readonly #entries = new Map<string, { readonly value: Value; readonly expiresAt: number }>();
  readonly #bounds: Bounds;

  constructor(bounds: Bounds) {
    this.#bounds = bounds;
  }

  set(key: string, value: Value): void {
    this.#entries.delete(key);
    this.#entries.set(key, { value, expiresAt: this.#bounds.now() + this.#bounds.maxAgeMs });
    this.#dropDead();
  }

  get(key: string): Value | undefined {
    const entry = this.#entries.get(key);
    if (entry === undefined || entry.expiresAt <= this.#bounds.now()) return undefined;
    return entry.value;
  }

  delete(key: string): void {
    this.#entries.delete(key);
  }

  clear(): void {
    this.#entries.clear();
  }

  /** The values that are still alive, oldest first. */
  values(): Value[] {
    this.#dropDead();
    return [...this.#entries.values()].map(({ value }) => value);
  }

  /** All entries live equally long and stand in the order of their age, so the dead come first. */
  #dropDead(): void {
    const now = this.#bounds.now();
    for (const [key, { expiresAt }] of this.#entries) {
      if (expiresAt > now && this.#entries.size <= this.#bounds.maxEntries) return;
      this.#entries.delete(key);
    }
  }
}
