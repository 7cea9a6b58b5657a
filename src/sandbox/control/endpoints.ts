import type { Endpoint, Fault, FaultMode, Faults } from "../faults.js";

/** An endpoint as the control page describes it. */
interface EndpointDescription {
  readonly title: string;
  /** When a fault shows. */
  readonly effect: string;
}

/** The endpoints that can have a fault, in the order of the page. */
export const ENDPOINTS: Readonly<Record<Endpoint, EndpointDescription>> = {
  authorize: {
    title: "Authorization endpoint",
    effect: "Shows at the next sign-in or step-up.",
  },
  token: {
    title: "Token endpoint",
    effect:
      "Shows when a token is requested: at a sign-in, or at the next call after you revoke access tokens.",
  },
  keys: {
    title: "Keys endpoint",
    effect:
      "Shows when an app or API first needs the keys: those that have verified a token keep them for about a day.",
  },
  graph: { title: "Graph", effect: "Shows at the next call of Graph: the profile, UserInfo." },
  payroll: {
    title: "Payroll API",
    effect: "Shows at the next call of the Payroll API that was started with this sandbox.",
  },
};

/** What each mode of a fault does, in words. */
export const MODES: Readonly<Record<FaultMode, string>> = {
  none: "works",
  slow: "slow: three seconds",
  error: "fails: 500",
  throttle: "busy: 429, Retry-After 5 s",
  html: "responds with a web page",
  hang: "hangs: three seconds, then drops the connection",
};

/** Describes the state of an endpoint in a sentence: "Token endpoint: works". */
export function describeEndpoint(endpoint: Endpoint, mode: FaultMode): string {
  return `${ENDPOINTS[endpoint].title}: ${MODES[mode]}`;
}

/** Lists every endpoint with the mode that it is in. */
export function listEndpoints(faults: Faults) {
  return (Object.keys(ENDPOINTS) as Endpoint[]).map((endpoint) => ({
    endpoint,
    ...ENDPOINTS[endpoint],
    mode: modeOf(faults.get(endpoint)),
  }));
}

/** Returns the mode of an endpoint that may have a fault. */
export function modeOf(fault: Fault | undefined): FaultMode {
  return fault?.mode ?? "none";
}
