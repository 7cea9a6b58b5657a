import type { Request } from "express";
import type { RedeemedCode } from "../auth/redeem-code.js";
import { createPartition, deletePartition, joinPartition } from "../auth/token-partition.js";
import { SignInError } from "../errors.js";
import type { PendingFlow } from "../session/authorization-transactions.js";
import {
  randomName,
  renewSession,
  renewSignedInSession,
  saveSession,
} from "../session/session-data.js";
import type { SignedIn } from "../session/session-data.js";
import type { KeyValueStore } from "../store/key-value-store.js";
import type { AppContext } from "./app-context.js";

/** A code that was redeemed. */
export type Redeemed = Extract<RedeemedCode, { kind: "redeemed" }>;

/**
 * Whether the person who came back is the one who was sent. For a sign-in anybody is; for a step-up
 * it must also still be who is signed in here.
 */
export function isExpectedAccount(
  { session }: Request,
  { purpose, expectedAccount }: PendingFlow,
  { idToken }: Redeemed,
): boolean {
  if (purpose === "sign-in") return true;
  const account = session.signedIn?.account;
  return (
    idToken.oid === expectedAccount?.oid &&
    idToken.tid === expectedAccount.tid &&
    idToken.oid === account?.localAccountId &&
    idToken.tid === account.tenantId
  );
}

/**
 * Makes this a session of the person who has signed in. Who is signed in already keeps their tokens;
 * anybody else gets a partition of their own, and the former person's goes.
 *
 * @throws SignInError `ERR_SIGNED_OUT_MEANWHILE`, as {@link keepStepUp} does.
 */
export async function keepSignIn(
  request: Request,
  redeemed: Redeemed,
  context: AppContext,
): Promise<void> {
  const { store, now } = context;
  const former = request.session.signedIn;
  if (former?.account.homeAccountId === redeemed.account.homeAccountId) {
    await keepStepUp(request, redeemed, context);
  } else {
    const partition = randomName();
    await createPartition(store, partition, redeemed.cache);
    // Another person's pending flows must not be finished in this session.
    await renewSession(request, { keepBinding: former === undefined });
    request.session.signedIn = signedInOf(redeemed, partition);
    if (former !== undefined) await deletePartition(store, former.partition);
  }
  request.session.createdAt = now();
}

/**
 * Adds a step-up's tokens to the session's.
 *
 * @throws SignInError `ERR_SIGNED_OUT_MEANWHILE` when somebody signed out in another tab: that wins.
 */
export async function keepStepUp(
  request: Request,
  redeemed: Redeemed,
  { store, now }: AppContext,
): Promise<void> {
  const partition = request.session.signedIn?.partition;
  if (partition === undefined || !(await joinPartition(store, partition, redeemed.cache))) {
    const message = "You signed out in another tab while you were confirming.";
    throw new SignInError("ERR_SIGNED_OUT_MEANWHILE", message);
  }
  await renewSignedInSession(request, now);
  request.session.signedIn = signedInOf(redeemed, partition);
}

/**
 * Signs the person out here, without a word to the authority: their account is gone there. The
 * browser stays the same one: its count of step-ups goes on, and its drafts wait for their owner.
 */
export async function forgetSignIn(request: Request, store: KeyValueStore): Promise<void> {
  const partition = request.session.signedIn?.partition;
  if (partition !== undefined) await deletePartition(store, partition);
  await renewSession(request, { keepBinding: true });
  await saveSession(request.session);
}

function signedInOf({ account, idToken }: Redeemed, partition: string): SignedIn {
  const { name, preferred_username: username, login_hint: loginHint, sid } = idToken;
  return {
    account: { ...account, localAccountId: idToken.oid, tenantId: idToken.tid },
    displayName: name ?? username ?? account.username,
    partition,
    ...(loginHint !== undefined && { loginHint }),
    ...(sid !== undefined && { sid }),
  };
}
