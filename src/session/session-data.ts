import { randomBytes } from "node:crypto";
import type { Session, SessionData } from "express-session";
import { AppError } from "../errors.js";
import type { AuthoritySession } from "./session-index.js";

/** The person who is signed in, by verified claims of their ID token, and their tokens. */
export interface SignedIn {
  /** The object id of the person in the tenant. */
  readonly oid: string;
  /** The id of the tenant. */
  readonly tid: string;
  /** The name to greet with; empty when the ID token has none. */
  readonly displayName: string;
  /** Empty when the ID token has none. */
  readonly username: string;
  /** Names the session's tokens. */
  readonly partition: string;
  /** The authority's `login_hint` claim, which names the account at sign-out and step-up. */
  readonly loginHint?: string | undefined;
  /** The session of the authority that ends this one at a front-channel logout. */
  readonly authoritySession?: AuthoritySession | undefined;
}

declare module "express-session" {
  interface SessionData {
    /** When it began, in milliseconds since the epoch. */
    createdAt?: number;
    /**
     * Binds authorization transactions, drafts and guards to this browser. Unlike the session id it
     * survives the renewal of the id, so that other tabs can finish what they began.
     */
    binding?: string;
    signedIn?: SignedIn;
    /** Somebody was, until their account was disabled or deleted; what they began counts on. */
    wasSignedIn?: boolean;
    /**
     * Names the tokens of whoever signs in next. It is chosen before that, so that a sign-out can forget
     * the tokens of a sign-in that is under way.
     */
    nextPartition?: string;
    /** When a former id expires, in milliseconds since the epoch. */
    retiresAt?: number;
    /** The id that has replaced this one, of somebody who stayed signed in. */
    successor?: string;
  }
}

/** Returns this session's binding, a new one if there is none. */
export function bindingOf(session: SessionData, now: () => number): string {
  session.createdAt ??= now();
  session.binding ??= randomName();
  session.nextPartition ??= randomName();
  return session.binding;
}

/** The browser that state in the store belongs to. */
export interface StateOwner {
  readonly binding: string;
  /** Nobody is signed in there, or was until their account was disabled. */
  readonly isVisitor: boolean;
}

/** Returns the owner of what this session begins. */
export function ownerOf(session: SessionData, now: () => number): StateOwner {
  const isVisitor = session.signedIn === undefined && session.wasSignedIn !== true;
  return { binding: bindingOf(session, now), isVisitor };
}

/** Returns the kind of key for an owner's state: visitors have kinds of their own. */
export function kindFor({ isVisitor }: Pick<StateOwner, "isVisitor">, kind: string): string {
  return isVisitor ? `visitor-${kind}` : kind;
}

/** Returns 256 random bits as text. */
export function randomName(): string {
  return randomBytes(32).toString("base64url");
}

/**
 * Saves the session. Await it before a redirect that depends on it: express-session would send the
 * redirect even when saving failed.
 */
export async function saveSession(session: Session): Promise<void> {
  await settle("The session could not be saved", (done) => session.save(done));
}

/** Ends the session; nothing that is bound to it can be finished any more. */
export async function endSession(session: Session): Promise<void> {
  await settle("The session could not be ended", (done) => session.destroy(done));
}

type Done = (error?: unknown) => void;

async function settle(failure: string, work: (done: Done) => unknown): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    work((error) => {
      if (error === undefined || error === null) resolve();
      else reject(error instanceof AppError ? error : new Error(failure, { cause: error }));
    });
  });
}
