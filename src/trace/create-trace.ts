import { AsyncLocalStorage } from "node:async_hooks";
import type { OutboundFetch } from "../outbound-fetch.js";
import type { KeyValueStore } from "../store/key-value-store.js";
import type { ActionRecorder } from "./action-recorder.js";
import { deleteActions, keepAction, readActions, type ActionChange } from "./kept-actions.js";
import { readRequest, readResponse } from "./read-exchange.js";
import { createRedaction, type Redaction } from "./redaction.js";
import type { Action } from "./trace-entry.js";

/** Records what sessions exchange, and keeps it. */
export interface Trace {
  /** Sends a request; when an action is under way, it is recorded there. */
  readonly fetch: OutboundFetch;
  /** Runs the work of a request, whose calls are recorded. */
  readonly run: (recorder: ActionRecorder, work: () => void) => void;
  readonly redaction: Redaction;
  readonly read: (binding: string) => Promise<readonly Action[]>;
  readonly keep: (change: ActionChange) => Promise<void>;
  readonly forget: (binding: string) => Promise<void>;
}

/** Options of {@link createTrace}. */
export interface TraceOptions {
  readonly store: KeyValueStore;
  /** Sends the requests. Its responses have been read, so that the text can be taken twice. */
  readonly fetch: OutboundFetch;
  /** Keys the digests. */
  readonly secret: string;
  /** The clock, in milliseconds. */
  readonly now: () => number;
}

/** Creates the trace of all sessions. */
export function createTrace({ store, fetch, secret, now }: TraceOptions): Trace {
  const redaction = createRedaction(secret);
  const underWay = new AsyncLocalStorage<ActionRecorder>();

  return {
    redaction,
    run: (recorder, work) => {
      underWay.run(recorder, work);
    },
    fetch: async (url, request = {}) => {
      const recorder = underWay.getStore();
      if (recorder === undefined) return fetch(url, request);
      const sent = readRequest(url, request, redaction);
      recorder.add(sent);
      try {
        const response = await fetch(url, request);
        recorder.add(await readResponse(sent, response, redaction));
        return response;
      } catch (error) {
        recorder.add(await readResponse(sent, undefined, redaction));
        throw error;
      }
    },
    read: (binding) => readActions(store, binding, now()),
    keep: (change) => keepAction(store, change, now()),
    forget: (binding) => deleteActions(store, binding),
  };
}
