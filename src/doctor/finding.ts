/** The result of one check. */
export interface Finding {
  /** What was checked, in one or two words. */
  readonly check: string;
  /** `warning`: the app works, but not as well or not for long. `wrong`: it does not work, or is not safe. */
  readonly level: "ok" | "warning" | "wrong";
  /** What was found. It names the setting and holds no secret. */
  readonly text: string;
  /** What to do about it; absent when nothing is to be done. */
  readonly cure?: string;
}

/** A problem and what to do about it. */
export interface Problem {
  readonly text: string;
  readonly cure: string;
}

/** Creates the finding of a check that found nothing wrong. */
export function ok(check: string, text: string): Finding {
  return { check, level: "ok", text };
}

/** Creates the finding of something that works, but not as well or not for long. */
export function warning(check: string, { text, cure }: Problem): Finding {
  return { check, level: "warning", text, cure };
}

/** Creates the finding of something that does not work, or is not safe. */
export function wrong(check: string, { text, cure }: Problem): Finding {
  return { check, level: "wrong", text, cure };
}
