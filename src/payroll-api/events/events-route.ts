import express from "express";
import type { ErrorRequestHandler, NextFunction, Request, RequestHandler, Response } from "express";
import { BoundedMap } from "../bounded-map.js";
import { isBodyError } from "../error-responses.js";
import type { DemandGuardDependencies } from "../resources/require-demand.js";
import { MAX_EVENT_AGE_SECONDS, verifySecurityEvent } from "./security-event.js";
import type { EventErrorCode } from "./security-event.js";

/** The media type of a security event token (RFC 8417 §2.3). */
const SECEVENT = "application/secevent+jwt";

const MAX_TOKEN_BYTES = 16 * 1024;
const MAX_REMEMBERED_TOKENS = 10_000;

/**
 * Gives the handlers of `POST /events`, where the authority pushes security event tokens. The
 * signature is the sender's authentication; there is no other.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc8935#section-2 | RFC 8935 §2}
 */
export function createEventsRoute(
  dependencies: DemandGuardDependencies,
): readonly (RequestHandler | ErrorRequestHandler)[] {
  const { authority, audience, signals, now, log } = dependencies;
  const seen = new BoundedMap<true>({
    maxEntries: MAX_REMEMBERED_TOKENS,
    maxAgeMs: 2 * MAX_EVENT_AGE_SECONDS * 1000,
    now,
  });

  async function receive(request: Request, response: Response): Promise<void> {
    const jwt: unknown = request.body;
    if (typeof jwt !== "string") {
      sendEventError(response, "invalid_request", `The body must be ${SECEVENT}`);
      return;
    }
    const trust = await authority.trust();
    const verdict = await verifySecurityEvent(jwt, { trust, audience, now });
    if (verdict.kind === "refused") {
      log.warn({ error: verdict.error }, "security event refused");
      sendEventError(response, verdict.error, verdict.description);
      return;
    }
    // A sender that did not hear our answer sends again; the repetition is acknowledged, not obeyed.
    if (seen.get(verdict.id) === undefined) {
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

/** RFC 8935 §2.3. */
function sendEventError(response: Response, err: EventErrorCode, description: string): void {
  response.status(400).set("Content-Language", "en").json({ err, description });
}
