/** A button about a person's sessions on the control page. */
export interface SessionAction {
  /** The last part of the path in the control API. */
  readonly name: "revoke-sessions" | "age-sign-in";
  readonly field: "grant" | "seconds";
  readonly value: string;
  readonly action: string;
  /** What was done, after the person's name. */
  readonly done: string;
  /** When and how it shows. */
  readonly effect: string;
}

/** Every button about a person's sessions, in the order of the page. */
export const SESSION_ACTIONS: readonly SessionAction[] = [
  {
    name: "revoke-sessions",
    field: "grant",
    value: "kept",
    action: "Revoke access tokens",
    done: "access tokens revoked",
    effect: "Next call: renewed silently.",
  },
  {
    name: "revoke-sessions",
    field: "grant",
    value: "gone",
    action: "Revoke all sessions",
    done: "all sessions revoked",
    effect: "Next call: sign in again.",
  },
  {
    name: "age-sign-in",
    field: "seconds",
    value: "600",
    action: "Age the sign-in by ten minutes",
    done: "sign-in aged",
    effect: "Bank account: sign in again.",
  },
];
