import { randomBytes } from "node:crypto";
import type { Session, SessionData } from "express-session";

/** The account that is signed in: just what the library needs to find its tokens. */
export interface SessionAccount {
  readonly homeAccountId: string;
  readonly environment: string;
  readonly tenantId: string;
  readonly username: string;
  /** The person's object id (`oid`) in this tenant. */
  readonly localAccountId: string;
}

/** What a session holds once somebody has signed in. */
export interface SignedIn {
  readonly account: SessionAccount;
  /** The name to greet with. */
  readonly displayName: string;
  /** Names the entry that holds this session's tokens. */
  readonly partition: string;
  /** The authority's `login_hint` claim, which makes sign-out name the account. */
  readonly loginHint?: string;
  /** The authority's session id. */
  readonly sid?: string;
}

declare module "express-session" {
  interface SessionData {
    /** When it began, in milliseconds since the epoch. */
    createdAt?: number;
    /**
     * Ties pending flows, drafts and guards to this browser. Unlike the session id it stays the same
     * when the id is renewed, so that other tabs can finish what they began.
     */
    binding?: string;
    signedIn?: SignedIn;
    /** When an id that was renewed stops serving, in milliseconds since the epoch. */
    retiresAt?: number;
  }
}

/** Gives this session's binding and makes one when it has none. */
export function bindingOf(session: SessionData, now: () => number): string {
  session.createdAt ??= now();
  session.binding ??= randomName();
  return session.binding;
}

/** Gives 256 random bits as text: nobody guesses it. */
export function randomName(): string {
  return randomBytes(32).toString("base64url");
}

/**
 * Writes the session down. A redirect that rests on it must wait for this: express-session would
 * send the redirect even when saving failed.
 */
export async function saveSession(session: Session): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    session.save((error: unknown) => {
      if (error === undefined || error === null) resolve();
      else reject(new Error("The session could not be saved", { cause: error }));
    });
  });
}

/** How long the former id of a session serves on, in milliseconds. */
const RETIREMENT_MS = 10_000;

/**
 * Gives the browser a new session id and forgets the old one (OWASP: renew on every change of
 * privilege, or an id planted before the sign-in would be signed in too). The caller fills the new
 * session and saves it.
 */
export async function renewSession(
  request: { session: Session },
  { keepBinding }: { readonly keepBinding: boolean },
): Promise<void> {
  const { binding, createdAt } = request.session as SessionData;
  await new Promise<void>((resolve, reject) => {
    request.session.regenerate((error: unknown) => {
      if (error === undefined || error === null) resolve();
      else reject(new Error("The session could not be renewed", { cause: error }));
    });
  });
  // Not the object from before: express-session has put a new one in its place.
  const renewed = request.session as SessionData;
  renewed.binding = keepBinding && binding !== undefined ? binding : randomName();
  if (createdAt !== undefined) renewed.createdAt = createdAt;
}

/**
 * Renews the session of somebody who is signed in and stays so.
 *
 * The former id serves on for ten seconds: another tab's answer from the authority may be on its way
 * with it, and would find no session. That id was this person's already, so no planted one gains
 * anything.
 */
export async function renewSignedInSession(
  request: { session: Session },
  now: () => number,
): Promise<void> {
  const former = request.session as SessionData;
  if (former.signedIn === undefined) throw new Error("Nobody is signed in");
  former.retiresAt ??= now() + RETIREMENT_MS;
  await renewSession(request, { keepBinding: true });
}

/** Ends the session here: nothing bound to it can be finished any more. */
export async function endSession(session: Session): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    session.destroy((error: unknown) => {
      if (error === undefined || error === null) resolve();
      else reject(new Error("The session could not be ended", { cause: error }));
    });
  });
}
