import { randomUUID } from "node:crypto";
import type { Request } from "express";
import type { AuthorityError } from "./aadsts.js";
import type { SandboxState } from "./sandbox-state.js";
import { callersRequestId } from "./request-parameters.js";

/** Entra's error object. */
export interface RefusalReport {
  readonly error: string;
  readonly error_description: string;
  readonly error_codes: readonly number[];
  readonly timestamp: string;
  readonly trace_id: string;
  readonly correlation_id: string;
  readonly error_uri: string;
  readonly suberror?: string;
  readonly claims?: string;
}

/** In which exchange a request was refused. */
export interface RefusedExchange {
  readonly state: SandboxState;
  readonly request: Request;
  /** The id of the sign-in that the request is a step of; else the caller's own, or a new one. */
  readonly correlationId?: string;
}

/** Words a refusal as Entra does, with what a help desk needs to find the exchange. */
export function reportRefusal(
  error: AuthorityError,
  { state, request, correlationId: known }: RefusedExchange,
): RefusalReport {
  const timestamp = `${new Date(state.now()).toISOString().slice(0, 19).replace("T", " ")}Z`;
  const traceId = randomUUID();
  const correlationId = known ?? callersRequestId(request) ?? randomUUID();
  return {
    error: error.error,
    error_description: `${error.message} Trace ID: ${traceId} Correlation ID: ${correlationId} Timestamp: ${timestamp}`,
    error_codes: [error.aadsts],
    timestamp,
    trace_id: traceId,
    correlation_id: correlationId,
    error_uri: `${state.url}/error?code=${error.aadsts}`,
    ...(error.suberror !== undefined && { suberror: error.suberror }),
    ...(error.claims !== undefined && { claims: error.claims }),
  };
}
