import type { SignInError } from "../errors.js";
import type { OutboundFetch } from "../outbound-fetch.js";
import type { KeyValueStore } from "../store/key-value-store.js";
import type { Account } from "./account.js";
import type { Authority } from "./authority/authority.js";
import type { VerifyIdToken } from "./id-token.js";
import type { ClientSettings } from "./msal-client.js";

/** What the functions of this folder share: one authority, one client, one store. */
export interface AuthContext {
  readonly authority: Authority;
  readonly client: ClientSettings;
  readonly store: KeyValueStore;
  readonly fetch: OutboundFetch;
  readonly verifyIdToken: VerifyIdToken;
  /**
   * Is told when a renewal brought tokens that are not verifiably of the session's person. The operator
   * must be alerted, also when nobody waits for the renewal.
   */
  readonly onForeignTokens: (error: SignInError, account: Account) => void;
  /** The clock, in milliseconds. */
  readonly now: () => number;
  /** Waits that many milliseconds. */
  readonly wait: (ms: number) => Promise<void>;
}
