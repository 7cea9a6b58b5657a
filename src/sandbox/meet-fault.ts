import type { RequestHandler, Response } from "express";
import { type Fault, type Faults, type FaultyEndpoint, takeFault } from "./faults.js";

/** Lets a request meet the fault of its endpoint, if it has one. */
export function meetFault(faults: Faults, endpoint: FaultyEndpoint): RequestHandler {
  return (_request, response, next) => {
    const fault = takeFault(faults, endpoint);
    if (fault === undefined) next();
    else fail(fault, response, next);
  };
}

function fail(fault: Fault, response: Response, next: () => void): void {
  switch (fault.mode) {
    case "none":
      next();
      return;
    case "slow":
      later(response, fault.delayMs, next);
      return;
    case "hang":
      later(response, fault.delayMs, () => response.destroy());
      return;
    case "error":
      response.status(500).json({ error: "server_error", error_codes: [50033] });
      return;
    case "throttle":
      response.status(429).set("Retry-After", String(fault.retryAfterSeconds));
      response.json({ error: "temporarily_unavailable", error_codes: [90055] });
      return;
    case "html":
      response.type("html").send("<!doctype html><title>Hotel network</title><p>Please log in.");
  }
}

/** Nothing is done for a caller who has gone, and the wait keeps no process alive. */
function later(response: Response, delayMs: number, action: () => void): void {
  const timer = setTimeout(action, delayMs).unref();
  response.on("close", () => {
    clearTimeout(timer);
  });
}
