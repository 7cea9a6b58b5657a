/** A clock that a test can set forward. */
export interface Clock {
  /** Milliseconds by which it is ahead of the machine's clock. */
  aheadMs: number;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** Creates a clock that shows the machine's time until it is set forward. */
export function createClock(): Clock {
  const clock: Clock = { aheadMs: 0, now: () => Date.now() + clock.aheadMs };
  return clock;
}
