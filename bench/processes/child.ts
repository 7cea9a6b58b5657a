import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";

/** A process of Node that the benchmark talks to. */
export interface Child {
  readonly process: ChildProcess;
  /** Sends a message and waits for the answer; fails when the process ends before that. */
  readonly ask: (message: object) => Promise<unknown>;
  /** Fails when the process ends; never resolves. */
  readonly failure: Promise<never>;
  /** Ends the process as an operator would, and waits until it has ended. */
  readonly close: () => Promise<void>;
}

/** Starts `node <args>` with these settings and none of ours. */
export function startChild(args: readonly string[], env: Readonly<Record<string, string>>): Child {
  const { PATH, HOME } = process.env;
  const child = spawn(process.execPath, [...args], {
    env: { PATH, HOME, ...env },
    stdio: ["ignore", "ignore", "pipe", "ipc"],
  });
  let errors = "";
  child.stderr?.on("data", (chunk: Buffer) => (errors += chunk.toString()));
  const ended = once(child, "close") as Promise<[number | null]>;
  const failure = ended.then(([code]) => {
    throw new Error(`node ${args.join(" ")} ended with ${String(code)}:\n${errors}`);
  });
  // It is expected when nobody waits for an answer.
  failure.catch(() => undefined);
  return {
    process: child,
    failure,
    ask: async (message) => {
      const answer = once(child, "message") as Promise<[unknown]>;
      child.send(message);
      return (await Promise.race([answer, failure]))[0];
    },
    close: async () => {
      child.kill("SIGTERM");
      await ended;
    },
  };
}
