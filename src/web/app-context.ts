import type { Auth } from "../auth/create-auth.js";
import type { Config } from "../config/config.js";
import type { Logger } from "../log.js";
import type { OutboundFetch } from "../outbound-fetch.js";
import type { KeyValueStore } from "../store/key-value-store.js";
import type { Trace } from "../trace/create-trace.js";

/** The dependencies of the web app; each part of it names those that it uses. */
export interface AppContext {
  readonly config: Config;
  readonly auth: Auth;
  readonly store: KeyValueStore;
  /** Calls the APIs. */
  readonly fetch: OutboundFetch;
  readonly log: Logger;
  /** The clock, in milliseconds. */
  readonly now: () => number;
  /** What sessions exchange; undefined unless it is traced. */
  readonly trace?: Trace | undefined;
  /** The sandbox's control page, when the authority is the sandbox. */
  readonly sandboxUrl?: string | undefined;
  /** Returns whether the process is about to end and accepts no new work. */
  readonly isDraining: () => boolean;
}
