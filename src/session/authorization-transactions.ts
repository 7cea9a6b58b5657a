import { createHash } from "node:crypto";
import { restoreStepUp, type StepUp } from "../challenge/step-up.js";
import type { KeyValueStore } from "../store/key-value-store.js";
import type { Caller } from "./step-up-guard.js";
import { addToList, removeFromList, type BoundedList } from "../store/update-entry.js";
import { kindFor, type StateOwner } from "./session-data.js";

/** How long a person may take at the authority, in milliseconds. */
const TRANSACTION_TTL_MS = 10 * 60 * 1000;

/** How long the way back is kept for a person who took longer, in milliseconds. */
const WAY_BACK_TTL_MS = 60 * 60 * 1000;

/** The pending transactions of one session; beyond them the oldest one goes. */
const MAX_PENDING_TRANSACTIONS = 5;

/**
 * What is kept between an authorization request and its response.
 *
 * It has a key of its own in the store. In the session object two tabs would overwrite each other:
 * express-session writes a session as a whole, and the last write wins.
 */
export interface AuthorizationTransaction extends StateOwner {
  readonly purpose: "sign-in" | "step-up";
  /** The binding of the session that began it; no other session can finish it. */
  readonly binding: string;
  readonly nonce: string;
  readonly codeVerifier: string;
  readonly scopes: readonly string[];
  /** What the authorization request asked for. The redemption sends the same claims. */
  readonly stepUp: StepUp;
  readonly redirectUri: string;
  /** Where the person wanted to go: a same-origin path. */
  readonly returnTo: string;
  /** Who must come back from a step-up. */
  readonly expectedAccount?: { readonly oid: string; readonly tid: string } | undefined;
  /** The person asked to choose an account, which may replace the one that is signed in. */
  readonly mayReplace?: boolean | undefined;
  /** Who waits for it with an action that was refused; false for a plain sign-in. */
  readonly forAction: Caller | false;
  /** Which interactive round of the action it is, from 1. */
  readonly round: number;
  /** When it can no longer be finished, in milliseconds since the epoch. */
  readonly expiresAt: number;
}

/** The transaction of a `state`, or the way back from one that took too long. */
export type TakenTransaction =
  | { readonly kind: "pending"; readonly transaction: AuthorizationTransaction }
  | { readonly kind: "expired"; readonly returnTo: string };

/** Returns when a transaction that begins now expires. */
export function transactionExpiry(now: number): number {
  return now + TRANSACTION_TTL_MS;
}

/** Returns when a transaction began, in milliseconds since the epoch. */
export function transactionStart({ expiresAt }: AuthorizationTransaction): number {
  return expiresAt - TRANSACTION_TTL_MS;
}

/** Keeps a transaction under the hash of its `state`, so that the store does not reveal the state. */
export async function saveTransaction(
  store: KeyValueStore,
  state: string,
  transaction: AuthorizationTransaction,
): Promise<void> {
  const key = keyOf(state, transaction);
  await store.set(key, JSON.stringify(transaction), WAY_BACK_TTL_MS);
  const pending = pendingOf(transaction);
  for (const oldest of await addToList(store, pending, key)) await store.delete(oldest);
}

/**
 * Takes the transaction of this `state`, once: one of any number of parallel callers gets it.
 *
 * Returns undefined when there is none or another browser began it. The transaction of another
 * browser stays: a stranger who learned a `state` must not be able to end it.
 */
export async function takeTransaction(
  store: KeyValueStore,
  state: string,
  { binding, now }: { readonly binding: string | undefined; readonly now: number },
): Promise<TakenTransaction | undefined> {
  if (binding === undefined) return undefined;
  // Somebody may have signed in, or out, after it began.
  const pending = (await find(store, state, false)) ?? (await find(store, state, true));
  if (pending?.binding !== binding) return undefined;
  const key = keyOf(state, pending);
  const taken = parse(await store.take(key));
  if (taken === undefined) return undefined;
  await removeFromList(store, pendingOf(taken), key);
  if (taken.expiresAt <= now) return { kind: "expired", returnTo: taken.returnTo };
  return { kind: "pending", transaction: { ...taken, stepUp: restoreStepUp(taken.stepUp) } };
}

async function find(
  store: KeyValueStore,
  state: string,
  isVisitor: boolean,
): Promise<AuthorizationTransaction | undefined> {
  return parse(await store.get(keyOf(state, { isVisitor })));
}

/** Returns the list of an owner's pending transactions. */
function pendingOf(owner: StateOwner): BoundedList {
  const key = `${kindFor(owner, "flows")}:${owner.binding}`;
  return { key, ttlMs: WAY_BACK_TTL_MS, maxNames: MAX_PENDING_TRANSACTIONS };
}

function parse(text: string | undefined): AuthorizationTransaction | undefined {
  return text === undefined ? undefined : (JSON.parse(text) as AuthorizationTransaction);
}

function keyOf(state: string, owner: Pick<StateOwner, "isVisitor">): string {
  const name = createHash("sha256").update(state).digest("base64url");
  return `${kindFor(owner, "flow")}:${name}`;
}
