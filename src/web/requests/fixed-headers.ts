import { IncomingMessage, ServerResponse } from "node:http";
import { Socket } from "node:net";
import type { RequestHandler } from "express";

/** A middleware that depends on nothing but the response. */
export type HeaderMiddleware = (
  request: IncomingMessage,
  response: ServerResponse,
  next: () => void,
) => void;

/**
 * Runs a middleware that sets the same headers in every response once, and returns one that sets the
 * headers it has set.
 */
export function createFixedHeaders(middleware: HeaderMiddleware): RequestHandler {
  const request = new IncomingMessage(new Socket());
  const sample = new ServerResponse(request);
  middleware(request, sample, () => undefined);
  const headers = new Map(
    Object.entries(sample.getHeaders()).map(([name, value]) => [name, String(value)]),
  );
  return (_request, response, next) => {
    response.setHeaders(headers);
    next();
  };
}
