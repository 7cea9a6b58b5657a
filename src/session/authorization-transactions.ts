import { createHash } from "node:crypto";
import type { KeyValueStore } from "../store/key-value-store.js";
import { updateEntry } from "../store/update-entry.js";

/** How long an authorization request may take a person, in milliseconds. */
const FLOW_TTL_MS = 10 * 60 * 1000;

/** How many authorization requests of one session may be under way; the oldest goes first. */
const MAX_PENDING_FLOWS = 5;

/**
 * What must be remembered between an authorization request and its answer.
 *
 * It lives under a key of its own and not in the session object, which two tabs would overwrite for
 * each other: express-session writes a session whole, and the last one wins.
 */
export interface PendingFlow {
  readonly purpose: "sign-in" | "step-up";
  /** The binding of the session that began it: nobody else may finish it. */
  readonly binding: string;
  readonly nonce: string;
  readonly codeVerifier: string;
  readonly scopes: readonly string[];
  /** What the authorization request asked for; the redemption sends the same claims. */
  readonly stepUp?: {
    /** A claims request, as validated JSON text. */
    readonly claims?: string;
    readonly acrValues?: readonly string[];
    readonly maxAgeSeconds?: number;
    readonly signInAfresh?: true;
  };
  readonly redirectUri: string;
  /** Where the person wanted to go: a same-origin path. */
  readonly returnTo: string;
  /** Who must come back, when it is a step-up. */
  readonly expectedAccount?: { readonly oid: string; readonly tid: string };
  /** Whether an action waits for it: if an API then asks for a step-up once more, that is a loop. */
  readonly forAction: false | "page" | "program";
  /** How often it was begun again by itself after the authority asked for that. */
  readonly restarts: number;
  /** In milliseconds since the epoch. */
  readonly createdAt: number;
}

/** Keeps a flow under the hash of its `state`, so that a look into the store lets nobody finish it. */
export async function savePendingFlow(
  store: KeyValueStore,
  state: string,
  flow: PendingFlow,
): Promise<void> {
  const key = flowKey(state);
  await store.set(key, JSON.stringify(flow), FLOW_TTL_MS);
  const dropped = await updateEntry(store, {
    key: `flows:${flow.binding}`,
    ttlMs: FLOW_TTL_MS,
    change: (current) => {
      const keys = [...(current === undefined ? [] : (JSON.parse(current) as string[])), key];
      return {
        value: JSON.stringify(keys.slice(-MAX_PENDING_FLOWS)),
        result: keys.slice(0, -MAX_PENDING_FLOWS),
      };
    },
  });
  for (const each of dropped) await store.delete(each);
}

/**
 * Takes the flow of this `state`, once: of any number of parallel callers one gets it.
 *
 * Gives `undefined` when there is none, it is too old, or another browser began it. Another
 * browser's flow stays where it is: a stranger who learned a `state` cannot spoil it.
 */
export async function takePendingFlow(
  store: KeyValueStore,
  state: string,
  binding: string | undefined,
): Promise<PendingFlow | undefined> {
  const key = flowKey(state);
  const text = await store.get(key);
  if (text === undefined || binding === undefined) return undefined;
  if ((JSON.parse(text) as PendingFlow).binding !== binding) return undefined;
  const taken = await store.take(key);
  return taken === undefined ? undefined : (JSON.parse(taken) as PendingFlow);
}

function flowKey(state: string): string {
  return `flow:${createHash("sha256").update(state).digest("base64url")}`;
}
