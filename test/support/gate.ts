/** A promise that a test settles. */
export interface Gate {
  readonly opened: Promise<void>;
  readonly open: () => void;
}

/** An operation that waits. */
export interface Pause {
  /** Settles when the operation has begun. */
  readonly reached: Promise<void>;
  /** Lets the operation go on. */
  readonly resume: () => void;
}

/** Creates a gate that is closed. */
export function createGate(): Gate {
  let open: (() => void) | undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open: () => open?.() };
}

/** Creates a pause, and the function that an operation awaits to be held up by it. */
export function createPause(): { readonly pause: Pause; readonly hold: () => Promise<void> } {
  const reached = createGate();
  const resumed = createGate();
  return {
    pause: { reached: reached.opened, resume: resumed.open },
    hold: () => {
      reached.open();
      return resumed.opened;
    },
  };
}
