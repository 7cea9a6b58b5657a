import type { Request } from "express";
import type { Account } from "../auth/account.js";
import type { RedemptionResult } from "../auth/redeem-code.js";
import type { Refusal } from "../challenge/refusal.js";
import { SignInError } from "../errors.js";
import type { AuthorizationTransaction } from "../session/authorization-transactions.js";
import { saveSession, type SignedIn } from "../session/session-data.js";
import { removeSessionOf, unlinkFromAuthoritySession } from "../session/session-index.js";
import { renewSession } from "../session/renew-session.js";
import type { AppContext } from "./app-context.js";
import { audit } from "./requests/audit-log.js";

/** A redeemed code. */
export type Redeemed = Extract<RedemptionResult, { kind: "redeemed" }>;

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

/** Ends what a session holds of a person: their tokens, which nothing brings back. */
export async function forgetPerson(
  signedIn: SignedIn,
  { auth, store }: Pick<AppContext, "auth" | "store">,
): Promise<void> {
  await auth.forgetTokens(signedIn.partition);
  await removeFromIndex(signedIn, store);
}

/** Removes a session that has ended from the lists of its person and of the authority's session. */
export async function removeFromIndex(
  { oid, tid, partition, authoritySession }: SignedIn,
  store: AppContext["store"],
): Promise<void> {
  await removeSessionOf(store, { oid, tid }, partition);
  if (authoritySession === undefined) return;
  await unlinkFromAuthoritySession(store, authoritySession, partition);
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

/** Returns whether both are the same person of the same tenant. */
export function isSameAccount(one: Account | undefined, other: Account): boolean {
  return one?.oid === other.oid && one.tid === other.tid;
}
