import type { OutboundFetch } from "../outbound-fetch.js";

/** A {@link OutboundFetch} and what was seen of its responses. */
export interface ObservedFetch {
  readonly fetch: OutboundFetch;
  /**
   * Returns by how many seconds this clock is ahead of the server's, which the `Date` headers of its
   * responses tell; undefined when there was none. A cache may repeat an old date, so the response that
   * differs least counts.
   */
  readonly clockLeadSeconds: (origin: string) => number | undefined;
  /** Returns why the last request to an address had no response, such as `ECONNREFUSED`. */
  readonly failureOf: (url: string) => string | undefined;
}

/** Observes the responses of a function that sends requests. */
export function observeFetch(fetch: OutboundFetch, now: () => number): ObservedFetch {
  const leads = new Map<string, number>();
  const failures = new Map<string, string>();

  function noteDate(origin: string, date: string | null, sentAt: number): void {
    const serverTime = Date.parse(date ?? "");
    if (Number.isNaN(serverTime)) return;
    // The header has whole seconds: half of one more is the best estimate.
    const lead = ((sentAt + now()) / 2 - (serverTime + 500)) / 1000;
    const known = leads.get(origin);
    if (known === undefined || Math.abs(lead) < Math.abs(known)) leads.set(origin, lead);
  }

  return {
    fetch: async (url, init) => {
      const sentAt = now();
      try {
        const response = await fetch(url, init);
        noteDate(new URL(url).origin, response.headers.get("Date"), sentAt);
        return response;
      } catch (error) {
        failures.set(url, reasonOf(error));
        throw error;
      }
    },
    clockLeadSeconds: (origin) => leads.get(origin),
    failureOf: (url) => failures.get(url),
  };
}

/** Returns the system's name of a failure, which holds no address and no content. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return "unknown";
  if ("code" in error && typeof error.code === "string") return error.code;
  return error.cause instanceof Error ? reasonOf(error.cause) : error.name;
}
