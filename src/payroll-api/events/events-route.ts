import express from "express";
import type { ErrorRequestHandler, NextFunction, Request, RequestHandler, Response } from "express";
import { LRUCache } from "lru-cache";
import type { Logger } from "../../log.js";
import { isBodyError } from "../error-responses.js";
import type { TrustedAuthority } from "../trust/trusted-authority.js";
import type { PersonSignals } from "./person-signals.js";
import {
  type EventErrorCode,
  MAX_EVENT_AGE_SECONDS,
  verifySecurityEvent,
} from "./security-event.js";

interface EventsRouteOptions {
  readonly authority: TrustedAuthority;
  readonly audience: readonly string[];
  readonly signals: PersonSignals;
  readonly log: Logger;
  /** The clock, in milliseconds. */
  readonly now: () => number;
}

/** The media type of a security event token (RFC 8417 §2.3). */
const SECEVENT = "application/secevent+jwt";

const MAX_TOKEN_BYTES = 16 * 1024;
const MAX_REMEMBERED_TOKENS = 10_000;

/**
 * Creates the handlers of `POST /events`, to which the authority pushes security event tokens. The
 * signature of the token authenticates the sender; there is no other authentication.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc8935#section-2 | RFC 8935 §2}
 */
export function createEventsRoute(
  options: EventsRouteOptions,
): readonly (RequestHandler | ErrorRequestHandler)[] {
  const { authority, audience, signals, now, log } = options;
  const seen = new LRUCache<string, true>({
    max: MAX_REMEMBERED_TOKENS,
    ttl: 2 * MAX_EVENT_AGE_SECONDS * 1000,
    ttlResolution: 0,
    perf: { now },
  });

  async function receive(request: Request, response: Response): Promise<void> {
    const jwt: unknown = request.body;
    if (typeof jwt !== "string") {
      sendEventError(response, "invalid_request", `The body must be ${SECEVENT}`);
      return;
    }
    const issuer = await authority.issuer();
    const verdict = await verifySecurityEvent(jwt, { issuer, audience, now });
    if (verdict.kind === "invalid") {
      log.warn({ error: verdict.error }, "security event refused");
      sendEventError(response, verdict.error, verdict.description);
      return;
    }
    // A sender that missed the response sends the token again: acknowledge it, but apply it once.
    if (!seen.has(verdict.id)) {
      seen.set(verdict.id, true);
      for (const event of verdict.events) signals.record(event);
      log.info({ events: verdict.events.map(({ kind }) => kind) }, "security event accepted");
    }
    response.status(202).end();
  }

  return [
    express.text({ type: SECEVENT, limit: MAX_TOKEN_BYTES, inflate: false }),
    receive,
    refuseUnreadableBody,
  ];
}

// eslint-disable-next-line max-params -- Express knows an error handler by its four parameters
function refuseUnreadableBody(
  error: unknown,
  _request: Request,
  response: Response,
  next: NextFunction,
): void {
  if (isBodyError(error)) sendEventError(response, "invalid_request", "The body cannot be read");
  else next(error);
}

/** Sends an error response (RFC 8935 §2.3). */
function sendEventError(response: Response, err: EventErrorCode, description: string): void {
  response.status(400).set("Content-Language", "en").json({ err, description });
}
