import { z } from "zod";

/** The endpoints that can be made to fail. */
export const FAULTY_ENDPOINTS = ["authorize", "token", "keys", "graph"] as const;

/** An endpoint that can be made to fail. */
export type FaultyEndpoint = (typeof FAULTY_ENDPOINTS)[number];

/** The longest that an answer is held back, in milliseconds. */
const MAX_DELAY_MS = 60_000;

const count = z.coerce.number().int().min(1);

/** How an endpoint fails, as the control page or the JSON API says it. */
export const faultSchema = z.strictObject({
  endpoint: z.enum(FAULTY_ENDPOINTS),
  /**
   * `none`: works. `slow`: answers after `delayMs`. `error`: 500. `throttle`: 429 with Retry-After.
   * `html`: 200 with a page that nobody asked for. `hang`: says nothing for `delayMs`, then drops the
   * connection.
   */
  mode: z.enum(["none", "slow", "error", "throttle", "html", "hang"]),
  /** How many requests fail; all of them unless given. */
  times: count.max(1000).optional(),
  delayMs: count.max(MAX_DELAY_MS).default(3000),
  retryAfterSeconds: count.max(3600).default(5),
});

/** How an endpoint fails. */
export type Fault = z.infer<typeof faultSchema>;

/** What fails at the moment. */
export type Faults = Map<FaultyEndpoint, Fault>;

/** Sets, replaces or ends the fault of one endpoint. */
export function setFault(faults: Faults, fault: Fault): void {
  if (fault.mode === "none") faults.delete(fault.endpoint);
  else faults.set(fault.endpoint, fault);
}

/** Gives the fault that the next request to an endpoint meets, and counts it. */
export function takeFault(faults: Faults, endpoint: FaultyEndpoint): Fault | undefined {
  const fault = faults.get(endpoint);
  if (fault?.times === undefined) return fault;
  if (fault.times <= 1) faults.delete(endpoint);
  else faults.set(endpoint, { ...fault, times: fault.times - 1 });
  return fault;
}
