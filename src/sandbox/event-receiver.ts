/** An API that is told of security events. */
export interface EventReceiver {
  readonly url: string;
  /** The `aud` of the tokens sent there. */
  readonly audience: string;
}

/** What became of one push of a security event. */
export interface Delivery {
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** The receiver's address. */
  readonly receiver: string;
  /** The key of the person whom the event is about. */
  readonly person: string;
  /** The last part of the event type: `session-revoked`. */
  readonly event: string;
  readonly outcome: "accepted" | "refused" | "unreachable";
}
