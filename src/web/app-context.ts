import type { Auth } from "../auth/create-auth.js";
import type { Config } from "../config/config.js";
import type { Logger } from "../log.js";
import type { KeyValueStore } from "../store/key-value-store.js";

/** What the routes work with. */
export interface AppContext {
  readonly config: Config;
  readonly auth: Auth;
  readonly store: KeyValueStore;
  /** Speaks to the APIs. */
  readonly fetch: typeof fetch;
  readonly log: Logger;
  /** The clock, in milliseconds. */
  readonly now: () => number;
  /** Where the sandbox's control page is, when the identity provider is the sandbox. */
  readonly sandboxUrl?: string | undefined;
  /** Whether the process is about to end and wants no new work. */
  readonly isDraining: () => boolean;
}
