import type { Request, Response } from "express";

/** How often the trace is read while somebody follows it, in milliseconds. */
const POLL_MS = 1_000;

/** Options of {@link sendLiveUpdates}. */
export interface LiveUpdates {
  /** Returns a text that changes when there is something new. */
  readonly version: () => Promise<string>;
  /** Returns whether the process is about to end. */
  readonly isDraining: () => boolean;
}

/**
 * Sends a server-sent event when the trace has changed, until the browser leaves or the process ends.
 * Another process may have recorded the change, so the store is asked.
 *
 * @see {@link https://html.spec.whatwg.org/multipage/server-sent-events.html | Server-sent events}
 */
export function sendLiveUpdates(
  request: Request,
  response: Response,
  { version, isDraining }: LiveUpdates,
): void {
  let known: string | undefined;
  let isAsking = false;

  async function poll(): Promise<void> {
    const present = await version();
    if (known !== undefined && present !== known) response.write("event: changed\ndata: \n\n");
    known = present;
  }

  function tick(): void {
    if (isDraining()) {
      stop();
      return;
    }
    if (isAsking) return;
    isAsking = true;
    poll()
      .catch(stop)
      .finally(() => {
        isAsking = false;
      });
  }

  function stop(): void {
    clearInterval(timer);
    response.end();
  }

  // `no-transform`: a compressing proxy would hold the events back.
  response.set({ "Content-Type": "text/event-stream", "Cache-Control": "no-store, no-transform" });
  response.flushHeaders();
  const timer = setInterval(tick, POLL_MS);
  request.on("close", () => {
    clearInterval(timer);
  });
  tick();
}
