import type { Request } from "express";
import type { Account } from "../auth/account.js";
import type { RedemptionResult } from "../auth/redeem-code.js";
import { SignInError } from "../errors.js";
import type { AuthorizationTransaction } from "../session/authorization-transactions.js";
import { renewSession, renewSignedInSession, saveSession } from "../session/session-data.js";
import type { SignedIn } from "../session/session-data.js";
import type { AppContext } from "./app-context.js";

/** A redeemed code. */
export type Redeemed = Extract<RedemptionResult, { kind: "redeemed" }>;

/**
 * Returns whether the person who came back is the one who was sent. For a sign-in anybody is; for a
 * step-up it must also still be the person who is signed in.
 */
export function isExpectedAccount(
  { session: { signedIn } }: Request,
  { purpose, expectedAccount }: AuthorizationTransaction,
  { idToken }: Redeemed,
): boolean {
  if (purpose === "sign-in") return true;
  return isSameAccount(expectedAccount, idToken) && isSameAccount(signedIn, idToken);
}

/**
 * Signs the person in. A person who is signed in already keeps their tokens; anybody else gets a
 * partition of their own, and the former person's tokens are deleted.
 *
 * @throws SignInError `ERR_SIGNED_OUT_MEANWHILE`, as {@link keepStepUp} does.
 */
export async function keepSignIn(
  request: Request,
  redeemed: Redeemed,
  context: Pick<AppContext, "auth" | "now">,
): Promise<void> {
  const { auth, now } = context;
  const former = request.session.signedIn;
  if (isSameAccount(former, redeemed.idToken)) {
    await keepStepUp(request, redeemed, context);
  } else {
    const partition = await auth.keepTokens(redeemed.tokens);
    // Another person's pending transactions must not be finished in this session.
    await renewSession(request, { keepBinding: former === undefined });
    request.session.signedIn = signedInOf(redeemed, partition);
    if (former !== undefined) await auth.forgetTokens(former.partition);
  }
  request.session.createdAt = now();
}

/**
 * Adds the tokens of a step-up to the session's.
 *
 * @throws SignInError `ERR_SIGNED_OUT_MEANWHILE` after a sign-out in another tab, which wins.
 */
export async function keepStepUp(
  request: Request,
  redeemed: Redeemed,
  { auth, now }: Pick<AppContext, "auth" | "now">,
): Promise<void> {
  const partition = request.session.signedIn?.partition;
  if (partition === undefined || !(await auth.addTokens(partition, redeemed.tokens))) {
    throw signedOutMeanwhile();
  }
  await renewSignedInSession(request, now);
  request.session.signedIn = signedInOf(redeemed, partition);
}

/** Returns the error of a step-up whose person signed out while they were at the authority. */
export function signedOutMeanwhile(): SignInError {
  const message = "You signed out in another tab while you were confirming.";
  return new SignInError("ERR_SIGNED_OUT_MEANWHILE", message);
}

/**
 * Signs the person out here only: their account is disabled or deleted. The binding stays, so that the
 * count of step-ups goes on and the drafts wait for their owner.
 */
export async function forgetSignIn(
  request: Request,
  { auth }: Pick<AppContext, "auth">,
): Promise<void> {
  const partition = request.session.signedIn?.partition;
  if (partition !== undefined) await auth.forgetTokens(partition);
  await renewSession(request, { keepBinding: true });
  await saveSession(request.session);
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
  const { oid, tid, login_hint: loginHint } = idToken;
  const username = usernameOf(redeemed) ?? "";
  return { oid, tid, displayName: idToken.name ?? username, username, partition, loginHint };
}
