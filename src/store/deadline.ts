/** Options of {@link createDeadline}. */
export interface DeadlineOptions {
  /** How long one operation may take, in milliseconds. */
  readonly deadlineMs: number;
  /** How long operations fail at once after one that was too late, in milliseconds. */
  readonly pauseMs: number;
}

/** Runs operations of one server. */
export type RunWithDeadline = <Result>(work: () => Promise<Result>) => Promise<Result>;

/**
 * Creates a function that runs operations of one server with a time limit.
 *
 * A request makes several operations one after the other. So that it does not wait for the time limit
 * of each, operations fail at once after one that was too late, until that one is settled: by its
 * response, by the end of its connection, or by the end of the pause.
 */
export function createDeadline({ deadlineMs, pauseMs }: DeadlineOptions): RunWithDeadline {
  let pausedUntil = 0;

  return async (work) => {
    if (performance.now() < pausedUntil) throw tooLateError("No response to an earlier operation");
    let timer: NodeJS.Timeout | undefined;
    const tooLate = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => {
        // After the input that has arrived: this process may have been busy, not the server.
        setImmediate(() => {
          if (timer === undefined) return;
          pausedUntil = performance.now() + pauseMs;
          reject(tooLateError(`No response within ${deadlineMs} ms`));
        });
      }, deadlineMs);
    });
    const working = work().finally(() => {
      pausedUntil = 0;
      clearTimeout(timer);
      timer = undefined;
    });
    return Promise.race([working, tooLate]);
  };
}

function tooLateError(message: string): Error {
  return Object.assign(new Error(message), { code: "ETIMEDOUT" });
}
