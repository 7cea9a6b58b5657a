import type { Request } from "express";
import type { SessionData } from "express-session";
import { randomName, saveSession } from "../../session/session-data.js";
import type { SignedIn } from "../../session/session-data.js";
import {
  addSessionOf,
  linkToAuthoritySession,
  unlinkFromAuthoritySession,
} from "../../session/session-index.js";
import { renewSession, renewSignedInSession } from "../../session/renew-session.js";
import type { AppContext } from "../app-context.js";
import { audit } from "../requests/audit-log.js";
import {
  forgetPerson,
  isSameAccount,
  removeFromIndex,
  signedOutMeanwhile,
  usernameOf,
  type Redeemed,
} from "../signed-in-session.js";

/** Somebody who has come back from the authority, and the request that brought them. */
interface Arrival {
  readonly request: Request;
  readonly redeemed: Redeemed;
}

/**
 * Signs the person in and saves the session. A person who is signed in already keeps their tokens; anybody
 * else gets a partition of their own, and the former person's tokens are deleted.
 *
 * @throws SignInError `ERR_SIGNED_OUT_MEANWHILE` after a sign-out in another tab, which wins, or another
 *   person's first sign-in there.
 */
export async function keepSignIn(
  request: Request,
  redeemed: Redeemed,
  context: Pick<AppContext, "auth" | "store" | "now">,
): Promise<void> {
  const { auth, now } = context;
  const { signedIn: former, nextPartition } = request.session;
  if (isSameAccount(former, redeemed.idToken)) {
    await keepStepUp(request, redeemed, context);
    request.session.createdAt = startOf(request.session, redeemed, now());
    await saveSession(request.session);
    return;
  }
  const partition = nextPartition ?? randomName();
  const isNew = await auth.keepTokens(partition, redeemed.tokens);
  if (!isNew && !(await shareTokens(partition, redeemed, auth))) throw signedOutMeanwhile();
  try {
    await beginSession({ request, redeemed }, partition, context);
  } catch (error) {
    if (isNew) await undoSignIn({ request, redeemed }, partition, context);
    throw error;
  }
}

/**
 * Adds the tokens to those that are kept for the same person: of a sign-in in another tab at the same
 * moment, with which a sign-out ends this one, or of one that failed. Returns false when there are none.
 */
async function shareTokens(
  partition: string,
  { idToken, tokens }: Redeemed,
  auth: AppContext["auth"],
): Promise<boolean> {
  return (await auth.holdsTokensOf(partition, idToken)) && auth.addTokens(partition, tokens);
}

/**
 * Begins the session of somebody who was not signed in, and whose tokens have been kept. When another
 * tab has signed the same person in at the same moment, the browser has its session, and this request is
 * left without one.
 */
async function beginSession(
  arrival: Arrival,
  partition: string,
  context: Pick<AppContext, "auth" | "store" | "now">,
): Promise<void> {
  const { request, redeemed } = arrival;
  const { signedIn: former } = request.session;
  const { oid, tid } = redeemed.idToken;
  await linkSession(arrival, partition, context);
  const oldest = await addSessionOf(context.store, { oid, tid }, partition);
  await endOldest(arrival, oldest, context);
  // Another person's pending transactions must not be finished in this session.
  if (!(await renewSession(request, { keepBinding: former === undefined }))) {
    Reflect.deleteProperty(request, "session");
    return;
  }
  request.session.signedIn = signedInOf(redeemed, partition);
  if (former !== undefined) {
    await forgetPerson(former, context);
    audit(request, "session-ended", { reason: "replaced", oid: former.oid });
  }
  request.session.createdAt = context.now();
  await saveSession(request.session);
}

/**
 * Undoes a sign-in that failed after its tokens were kept. The name of the partition is not closed: it
 * is that of the next sign-in, too. The store, which may be the one that failed, is asked once; what it
 * does not delete, no session names, and it expires.
 */
async function undoSignIn(
  { request, redeemed }: Arrival,
  partition: string,
  { auth, store }: Pick<AppContext, "auth" | "store">,
): Promise<void> {
  // express-session stores the session once more when the response ends.
  const session = request.session as SessionData | undefined;
  if (session?.signedIn?.partition === partition) delete session.signedIn;
  const signedIn = signedInOf(redeemed, partition);
  await Promise.allSettled([auth.dropTokens(partition), removeFromIndex(signedIn, store)]);
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
  const { partition, authoritySession: former } = request.session.signedIn ?? {};
  if (partition === undefined || !(await context.auth.addTokens(partition, redeemed.tokens))) {
    throw signedOutMeanwhile();
  }
  const hasMoved = redeemed.idToken.sid !== former?.sid;
  if (hasMoved) await linkSession({ request, redeemed }, partition, context);
  const signedIn = signedInOf(redeemed, partition);
  if (!(await renewSignedInSession(request, signedIn))) {
    await removeFromIndex(signedIn, context.store);
    throw signedOutMeanwhile();
  }
  if (hasMoved && former !== undefined) {
    await unlinkFromAuthoritySession(context.store, former, partition);
  }
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

function signedInOf(redeemed: Redeemed, partition: string): SignedIn {
  const { idToken } = redeemed;
  const { oid, tid, iss, sid, login_hint: loginHint } = idToken;
  const username = usernameOf(redeemed) ?? "";
  const displayName = idToken.name ?? username;
  const authoritySession = sid === undefined ? undefined : { iss, sid };
  return { oid, tid, displayName, username, partition, loginHint, authoritySession };
}
