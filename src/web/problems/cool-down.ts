import type { Request, Response } from "express";
import { coolDown, readCoolDown } from "../../auth/cool-down.js";
import type { TokenRefusal } from "../../challenge/token-refusal.js";
import { bindingOf } from "../../session/session-data.js";
import type { AppContext } from "../app-context.js";
import { sendProblem } from "./problem-page.js";
import { refusalProblem } from "./refusal-problems.js";

/** Remembers that the authority wants a pause, when the refusal says so: for sign-ins and for tokens. */
export async function beginCoolDown(
  request: Request,
  refusal: TokenRefusal,
  { store, now }: AppContext,
): Promise<void> {
  const partition = request.session.signedIn?.partition;
  await coolDown(store, bindingOf(request.session, now), refusal);
  if (partition !== undefined) await coolDown(store, partition, refusal);
}

/** Whether the authority still wants a pause from this browser; then the page that says so is sent. */
export async function sendIfCooling(
  request: Request,
  response: Response,
  { store }: AppContext,
): Promise<boolean> {
  const { binding } = request.session;
  const refusal = binding === undefined ? undefined : await readCoolDown(store, binding);
  if (refusal?.handling !== "unrecoverable") return false;
  sendProblem(request, response, refusalProblem(refusal, request.originalUrl));
  return true;
}
