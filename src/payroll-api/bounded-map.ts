/** Limits of a {@link BoundedMap}. */
export interface BoundedMapOptions<Value> {
  readonly maxEntries: number;
  readonly maxAgeMs: number;
  /** The clock, in milliseconds. */
  readonly now: () => number;
  /** Told of a value that was dropped for want of room, before its time. */
  readonly onEvict?: (value: Value) => void;
}

/** A map that forgets: each entry when it is too old, the oldest when there are too many. */
export class BoundedMap<Value> {
  readonly #entries = new Map<string, { readonly value: Value; readonly expiresAt: number }>();
  readonly #options: BoundedMapOptions<Value>;

  constructor(options: BoundedMapOptions<Value>) {
    this.#options = options;
  }

  /** The value, unless it is too old. */
  get(key: string): Value | undefined {
    const entry = this.#entries.get(key);
    return entry !== undefined && entry.expiresAt > this.#options.now() ? entry.value : undefined;
  }

  /** Sets the value; its age starts anew. */
  set(key: string, value: Value): void {
    const { now, maxAgeMs, maxEntries } = this.#options;
    this.#entries.delete(key);
    this.#entries.set(key, { value, expiresAt: now() + maxAgeMs });
    this.#dropExpired();
    while (this.#entries.size > maxEntries) this.#evictOldest();
  }

  /** Forgets the key. */
  delete(key: string): void {
    this.#entries.delete(key);
  }

  /** Every entry lives equally long, so they expire in the order in which they were set. */
  #dropExpired(): void {
    const now = this.#options.now();
    for (const [key, { expiresAt }] of this.#entries) {
      if (expiresAt > now) return;
      this.#entries.delete(key);
    }
  }

  #evictOldest(): void {
    for (const [key, { value }] of this.#entries) {
      this.#entries.delete(key);
      this.#options.onEvict?.(value);
      return;
    }
  }
}
