import type { RequestHandler, Response } from "express";
import { z } from "zod";

const ENDPOINTS = ["authorize", "token", "keys", "graph", "payroll"] as const;
const MODES = ["none", "slow", "error", "throttle", "html", "hang"] as const;

/** An endpoint that can have a fault. */
export type Endpoint = (typeof ENDPOINTS)[number];

/** How an endpoint responds. */
export type FaultMode = (typeof MODES)[number];

const MAX_DELAY_MS = 60_000;

const count = z.coerce.number().int().min(1);

/** How an endpoint fails, in the control page's form or the JSON API. */
export const faultSchema = z.strictObject({
  endpoint: z.enum(ENDPOINTS),
  /**
   * `none`: works. `slow`: responds after `delayMs`. `error`: 500. `throttle`: 429 with Retry-After.
   * `html`: 200 with an unrelated page. `hang`: drops the connection after `delayMs`.
   */
  mode: z.enum(MODES),
  /** How many requests fail; all of them unless given. */
  times: count.max(1000).optional(),
  delayMs: count.max(MAX_DELAY_MS).default(3000),
  retryAfterSeconds: count.max(3600).default(5),
});

/** The fault of one endpoint. */
export type Fault = z.infer<typeof faultSchema>;

/** The faults that are set, by endpoint. */
export type Faults = Map<Endpoint, Fault>;

/** Sets, replaces or removes the fault of one endpoint. */
export function setFault(faults: Faults, fault: Fault): void {
  if (fault.mode === "none") faults.delete(fault.endpoint);
  else faults.set(fault.endpoint, fault);
}

/** A fault that is a response. */
export type FailureMode = Extract<Fault["mode"], "error" | "throttle" | "html">;

/** Sends the content of a failed response, whose status and headers are set. */
type SendFailure = (response: Response, mode: FailureMode) => void;

/**
 * Creates a handler that applies the fault of an endpoint, if it has one, to a request. `sendFailure`
 * is for an endpoint that people see; the others respond to programs.
 */
export function injectFault(
  faults: Faults,
  endpoint: Endpoint,
  sendFailure: SendFailure = sendToProgram,
): RequestHandler {
  return (_request, response, next) => {
    const fault = takeFault(faults, endpoint);
    if (fault === undefined) next();
    else fail(fault, { response, next, sendFailure });
  };
}

function takeFault(faults: Faults, endpoint: Endpoint): Fault | undefined {
  const fault = faults.get(endpoint);
  if (fault?.times === undefined) return fault;
  if (fault.times <= 1) faults.delete(endpoint);
  else faults.set(endpoint, { ...fault, times: fault.times - 1 });
  return fault;
}

interface FaultyExchange {
  readonly response: Response;
  readonly next: () => void;
  readonly sendFailure: SendFailure;
}

function fail(fault: Fault, { response, next, sendFailure }: FaultyExchange): void {
  switch (fault.mode) {
    case "none":
      next();
      return;
    case "slow":
      delay(response, fault.delayMs, next);
      return;
    case "hang":
      delay(response, fault.delayMs, () => response.destroy());
      return;
    case "error":
      response.status(500);
      break;
    case "throttle":
      response.status(429).set("Retry-After", String(fault.retryAfterSeconds));
      break;
    case "html":
      break;
  }
  sendFailure(response, fault.mode);
}

function sendToProgram(response: Response, mode: FailureMode): void {
  switch (mode) {
    case "error":
      response.json({ error: "server_error", error_codes: [50033] });
      return;
    case "throttle":
      response.json({ error: "temporarily_unavailable", error_codes: [90055] });
      return;
    case "html":
      response.type("html").send("<!doctype html><title>Hotel network</title><p>Please log in.");
  }
}

/** Acts later, unless the caller has disconnected by then. It does not keep the process alive. */
function delay(response: Response, delayMs: number, action: () => void): void {
  const timer = setTimeout(action, delayMs).unref();
  response.on("close", () => {
    clearTimeout(timer);
  });
}
