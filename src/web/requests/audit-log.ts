import type { Request } from "express";
import type { SessionData } from "express-session";

/** The events of a session that an audit asks for, and their levels; none demands an operator. */
const LEVELS = {
  "signed-in": "info",
  "sign-in-failed": "info",
  "step-up-begun": "info",
  "step-up-met": "info",
  "step-up-refused": "info",
  "other-account": "info",
  "loop-stopped": "warn",
  "signed-out": "info",
  "session-ended": "info",
} as const;

/** An event of a session. */
export type AuditEvent = keyof typeof LEVELS;

/**
 * The fields of an event besides its name, the person (`oid`) and the request; nothing else is written,
 * whatever the caller has.
 */
const FIELDS = [
  /** A code of this app: that of the page which was shown. */
  "code",
  /** Why a session ended, or the authority refused. */
  "reason",
  /** The number behind `AADSTS`. */
  "aadsts",
  /** By which the authority's own log has the event. */
  "correlationId",
  /** The person; the one who is signed in unless given. */
  "oid",
  /** The person who came back in place of the one who is signed in. */
  "otherOid",
  /** Which interactive round of an action it is. */
  "round",
  /** How many sessions ended. */
  "sessions",
] as const;

/** The values of {@link FIELDS}. */
type AuditFields = Partial<Record<(typeof FIELDS)[number], string | number | undefined>>;

/**
 * Writes one line about an event. People are named by their object id alone: it says nothing to whoever
 * has no access to the directory, and finds the person there. No name, no claim and no path is written.
 */
export function audit(request: Request, event: AuditEvent, fields: AuditFields = {}): void {
  // A request before the session is read, or after its end, has none.
  const session = request.session as SessionData | undefined;
  const known = { oid: session?.signedIn?.oid, ...fields };
  const allowed = FIELDS.map((name) => [name, known[name]] as const);
  request.log[LEVELS[event]]({ event, ...Object.fromEntries(allowed) }, "audit");
}
