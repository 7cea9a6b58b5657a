import type { Request } from "express";
import type { SessionData } from "express-session";
import { randomName, type SignedIn } from "./session-data.js";
import { SessionStore } from "./session-store.js";

/** Assigns a new session id to a person who stays signed in: see {@link SessionStore.succeed}. */
export async function renewSignedInSession(request: Request, signedIn: SignedIn): Promise<boolean> {
  return storeOf(request).succeed(request, signedIn);
}

/**
 * Assigns a new session id to the browser and ends the old one, on every change of privilege (OWASP): an id
 * that was planted before the sign-in must not become signed in. The caller fills and saves it.
 *
 * For ten seconds the old id can still sign out, which ends the new session, too. Returns false when
 * another request has ended the old one already: then the caller must not sign anybody in, or two ids
 * would be valid.
 */
export async function renewSession(
  request: Request,
  { keepBinding }: { readonly keepBinding: boolean },
): Promise<boolean> {
  const { binding, createdAt } = request.session as SessionData;
  const isFirst = await storeOf(request).replaceSession(request);
  // express-session has replaced the object.
  const renewed = request.session as SessionData;
  renewed.binding = keepBinding && binding !== undefined ? binding : randomName();
  renewed.nextPartition = randomName();
  if (createdAt !== undefined) renewed.createdAt = createdAt;
  return isFirst;
}

function storeOf({ sessionStore }: Request): SessionStore {
  if (!(sessionStore instanceof SessionStore)) throw new Error("The sessions are kept elsewhere");
  return sessionStore;
}
