import type { Response } from "express";

/**
 * Runs work before a response ends, so that the browser's next request finds it done. Express ends each
 * response once; the work must not reject.
 */
export function endAfter(response: Response, work: () => Promise<void>): void {
  const end = response.end.bind(response) as (...parts: unknown[]) => Response;

  function endLater(...parts: unknown[]): Response {
    response.end = end;
    void work().then(() => end(...parts));
    return response;
  }

  response.end = endLater;
}
