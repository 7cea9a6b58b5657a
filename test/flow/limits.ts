/** A minute in milliseconds. */
export const MINUTE_MS = 60_000;

/** Step-ups that a session may begin in five minutes. */
export const MAX_STEP_UPS = 5;
