import type { Request } from "express";
import type { UnrecoverableRefusal } from "../../challenge/refusal.js";
import { pauseAuthorizations, readAuthorizationPause } from "../../session/authorization-pause.js";
import { ownerOf } from "../../session/session-data.js";
import type { AppContext } from "../app-context.js";
import type { Exchange } from "../exchange.js";
import { sendProblem } from "./problem-page.js";
import { refusalProblem } from "./refusal-problems.js";

/** Stops this session's requests to the authority when the refusal demands a pause. */
export async function beginPause(
  { session }: Request,
  refusal: UnrecoverableRefusal,
  { auth, store, now }: Pick<AppContext, "auth" | "store" | "now">,
): Promise<void> {
  await pauseAuthorizations(store, ownerOf(session, now), refusal);
  if (session.signedIn !== undefined) {
    await auth.pauseTokenRequests(session.signedIn.partition, refusal);
  }
}

/** Sends the page of the pause while it lasts; returns whether it did. */
export async function sendIfPaused(
  exchange: Exchange,
  { store }: Pick<AppContext, "store">,
): Promise<boolean> {
  const { session, originalUrl } = exchange.request;
  if (session.binding === undefined) return false;
  const refusal = await readAuthorizationPause(store, session.binding);
  if (refusal === undefined) return false;
  sendProblem(exchange, refusalProblem(refusal, originalUrl));
  return true;
}
