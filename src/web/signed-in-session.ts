import type { Request } from "express";
import type { SessionData } from "express-session";
import type { Account } from "../auth/account.js";
import type { RedemptionResult } from "../auth/redeem-code.js";
import type { Refusal } from "../challenge/refusal.js";
import { SignInError } from "../errors.js";
import type { AuthorizationTransaction } from "../session/authorization-transactions.js";
import { randomName, renewSession, saveSession } from "../session/session-data.js";
import { addSessionOf, linkToAuthoritySession, removeSessionOf } from "../session/session-index.js";
import { renewSignedInSession } from "../session/session-store.js";
import type { SignedIn } from "../session/session-data.js";
import type { AppContext } from "./app-context.js";
import { audit } from "./requests/audit-log.js";

/** A redeemed code. */
export type Redeemed = Extract<RedemptionResult, { kind: "redeemed" }>;

/** Somebody who has come back from the authority, and the request that brought them. */
interface Arrival {
  readonly request: Request;
  readonly redeemed: Redeemed;
}

// On /trace: other account
/**
 * Returns whether the person who came back may be signed in. For a step-up it must be the person who was
 * sent, and who is signed in now. A sign-in is anybody's when nobody is signed in; another account
 * replaces somebody only when they asked to choose one, and never in a session whose id is a former one.
 */
export function isExpectedAccount(
  { session: { signedIn, retiresAt } }: Pick<Request, "session">,
  { purpose, expectedAccount, mayReplace }: AuthorizationTransaction,
  { idToken }: Pick<Redeemed, "idToken">,
): boolean {
  const isSignedIn = isSameAccount(signedIn, idToken);
  if (purpose === "step-up") return isSignedIn && isSameAccount(expectedAccount, idToken);
  return isSignedIn || signedIn === undefined || (mayReplace === true && retiresAt === undefined);
}

/**
 * Signs the person in. A person who is signed in already keeps their tokens; anybody else gets a
 * partition of their own, and the former person's tokens are deleted.
 *
 * @throws SignInError `ERR_SIGNED_OUT_MEANWHILE` after a sign-out in another tab, which wins, or a first
 *   sign-in there.
 */
export async function keepSignIn(
  request: Request,
  redeemed: Redeemed,
  context: Pick<AppContext, "auth" | "store" | "now">,
): Promise<void> {
  const { auth, store, now } = context;
  const former = request.session.signedIn;
  if (isSameAccount(former, redeemed.idToken)) {
    await keepStepUp(request, redeemed, context);
    request.session.createdAt = startOf(request.session, redeemed, now());
  } else {
    const partition = request.session.nextPartition ?? randomName();
    if (!(await auth.keepTokens(partition, redeemed.tokens))) {
      // Another tab signed the same person in at the same moment, and the browser gets its session.
      if (await auth.holdsTokensOf(partition, redeemed.idToken)) return;
      throw signedOutMeanwhile();
    }
    await linkSession({ request, redeemed }, partition, context);
    const { oid, tid } = redeemed.idToken;
    const oldest = await addSessionOf(store, { oid, tid }, partition);
    await endOldest({ request, redeemed }, oldest, context);
    // Another person's pending transactions must not be finished in this session.
    await renewSession(request, { keepBinding: former === undefined });
    request.session.signedIn = signedInOf(redeemed, partition);
    if (former !== undefined) {
      await forgetPerson(former, context);
      audit(request, "session-ended", { reason: "replaced", oid: former.oid });
    }
    request.session.createdAt = now();
  }
}

/**
 * Returns when the session of a person who signs in again began. Single sign-on asks them nothing, and
 * anybody can start it; only an authentication since then begins the eight hours anew.
 */
function startOf({ createdAt = 0 }: SessionData, { idToken }: Redeemed, now: number): number {
  const authenticatedAt = (idToken.auth_time ?? 0) * 1000;
  return Math.max(createdAt, Math.min(authenticatedAt, now));
}

/**
 * Adds the tokens of a step-up to the session's.
 *
 * @throws SignInError `ERR_SIGNED_OUT_MEANWHILE` after a sign-out in another tab, which wins.
 */
export async function keepStepUp(
  request: Request,
  redeemed: Redeemed,
  context: Pick<AppContext, "auth" | "store">,
): Promise<void> {
  const { partition, sid } = request.session.signedIn ?? {};
  if (partition === undefined || !(await context.auth.addTokens(partition, redeemed.tokens))) {
    throw signedOutMeanwhile();
  }
  if (redeemed.idToken.sid !== sid) {
    await linkSession({ request, redeemed }, partition, context);
  }
  const isRenewed = await renewSignedInSession(request, signedInOf(redeemed, partition));
  if (!isRenewed) throw signedOutMeanwhile();
}

/**
 * Links the session to the authority's, which the ID token names, so that both end together.
 *
 * @throws SignInError `ERR_SIGNED_OUT_MEANWHILE` when that has ended already.
 */
async function linkSession(
  arrival: Arrival,
  partition: string,
  context: Pick<AppContext, "auth" | "store">,
): Promise<void> {
  const { iss, sid } = arrival.redeemed.idToken;
  if (sid === undefined) return;
  const ended = await linkToAuthoritySession(context.store, { iss, sid }, partition);
  if (ended.includes(partition)) {
    await context.auth.forgetTokens(partition);
    throw signedOutMeanwhile();
  }
  await endOldest(arrival, ended, context);
}

/** Ends the oldest sessions of somebody who has too many, by their partitions. */
async function endOldest(
  { request, redeemed }: Arrival,
  partitions: readonly string[],
  { auth }: Pick<AppContext, "auth">,
): Promise<void> {
  if (partitions.length === 0) return;
  for (const each of partitions) await auth.forgetTokens(each);
  const { oid } = redeemed.idToken;
  const sessions = partitions.length;
  audit(request, "session-ended", { reason: "too-many-sessions", oid, sessions });
}

/** Ends what a session holds of a person: their tokens, which nothing brings back. */
export async function forgetPerson(
  { oid, tid, partition }: SignedIn,
  { auth, store }: Pick<AppContext, "auth" | "store">,
): Promise<void> {
  await auth.forgetTokens(partition);
  await removeSessionOf(store, { oid, tid }, partition);
}

/** Returns the error of a person who signed in or out elsewhere while they were at the authority. */
export function signedOutMeanwhile(): SignInError {
  const message = "You signed out, or signed in, in another tab while you were confirming.";
  return new SignInError("ERR_SIGNED_OUT_MEANWHILE", message);
}

/**
 * Signs the person out here only: their account is disabled or deleted. The binding stays, so that the
 * count of step-ups goes on and the drafts wait for their owner.
 */
export async function forgetSignIn(
  request: Request,
  refusal: Refusal,
  context: Pick<AppContext, "auth" | "store">,
): Promise<void> {
  const { signedIn } = request.session;
  if (signedIn !== undefined) await forgetPerson(signedIn, context);
  await renewSession(request, { keepBinding: true });
  request.session.wasSignedIn = true;
  await saveSession(request.session);
  const reason = refusal.handling === "unrecoverable" ? refusal.reason : "account-disabled";
  // Of a renewal that brought tokens of somebody else it is known, whoever waited for it.
  if (signedIn === undefined || reason === "foreign-tokens") return;
  audit(request, "session-ended", { reason, oid: signedIn.oid, ...refusal.support });
}

/** Returns the name that tells accounts apart; tenants may leave out the usual claim. */
export function usernameOf({ idToken }: Redeemed): string | undefined {
  return idToken.preferred_username ?? idToken.upn ?? idToken.email;
}

function isSameAccount(one: Account | undefined, other: Account): boolean {
  return one?.oid === other.oid && one.tid === other.tid;
}

function signedInOf(redeemed: Redeemed, partition: string): SignedIn {
  const { idToken } = redeemed;
  const { oid, tid, sid, login_hint: loginHint } = idToken;
  const username = usernameOf(redeemed) ?? "";
  return { oid, tid, displayName: idToken.name ?? username, username, partition, loginHint, sid };
}
