import { randomUUID } from "node:crypto";
import type { Request, Response } from "express";
import type { AuthorityError } from "./aadsts.js";
import { callersRequestId } from "./request-parameters.js";
import type { SandboxState } from "./sandbox-state.js";

/** One request to the sandbox and its response. */
export interface Exchange {
  readonly state: SandboxState;
  readonly request: Request;
  readonly response: Response;
}

/**
 * Returns Entra's error object for a refusal, with the ids that a help desk asks for. The correlation
 * id is that of the sign-in, when the request is a step of one; else the caller's own, or a new one.
 */
export function reportRefusal(
  refusal: AuthorityError,
  { state, request }: Pick<Exchange, "state" | "request">,
  signInId?: string,
) {
  const timestamp = `${new Date(state.now()).toISOString().slice(0, 19).replace("T", " ")}Z`;
  const traceId = randomUUID();
  const correlationId = signInId ?? callersRequestId(request) ?? randomUUID();
  const { aadsts, error, suberror, claims, message } = refusal;
  return {
    error,
    error_description: `${message} Trace ID: ${traceId} Correlation ID: ${correlationId} Timestamp: ${timestamp}`,
    error_codes: [aadsts],
    timestamp,
    trace_id: traceId,
    correlation_id: correlationId,
    error_uri: `${state.url}/error?code=${aadsts}`,
    // JSON leaves out what is undefined.
    suberror,
    claims,
  };
}
