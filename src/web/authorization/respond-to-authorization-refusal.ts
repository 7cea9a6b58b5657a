import type { Request, Response } from "express";
import { mergeClaimsRequests, readClaimsRequest } from "../../challenge/claims-request.js";
import type { TokenRefusal } from "../../challenge/token-refusal.js";
import type { PendingFlow } from "../../session/authorization-transactions.js";
import { admitStepUp } from "../../session/step-up-guard.js";
import type { AppContext } from "../app-context.js";
import { beginAuthorization } from "./begin-authorization.js";
import { beginCoolDown } from "../problems/cool-down.js";
import { forgetSignIn } from "../signed-in-session.js";
import { stepUpLoopProblem, unavailableProblem } from "../problems/outcome-problems.js";
import { sendProblem } from "../problems/problem-page.js";
import { logRefusal, refusalProblem } from "../problems/refusal-problems.js";
import { signInUrl } from "../api-pages/require-sign-in.js";

/** An authorization request begins again by itself this often; after that a person decides. */
const MAX_RESTARTS = 1;

/** Answers the browser when the authority refused to authorize it, or to redeem its code. */
export async function respondToAuthorizationRefusal(
  exchange: { readonly request: Request; readonly response: Response; readonly flow: PendingFlow },
  refusal: TokenRefusal,
  context: AppContext,
): Promise<void> {
  const { request, response, flow } = exchange;
  logRefusal(context.log, refusal);
  switch (refusal.handling) {
    case "unrecoverable":
      await beginCoolDown(request, refusal, context);
      sendProblem(request, response, refusalProblem(refusal, wayBack(flow)));
      return;
    case "transient":
      sendProblem(request, response, unavailableProblem(wayBack(flow), refusal));
      return;
    case "interactive":
      await restart(exchange, refusal, context);
      return;
  }
}

/** Where "Try again" leads: to what was wanted, or to the sign-in that it needs first. */
function wayBack({ purpose, returnTo }: PendingFlow): string {
  return purpose === "sign-in" ? signInUrl(returnTo) : returnTo;
}

/** Begins again, once, with what the token endpoint asks for in addition. */
async function restart(
  { request, response, flow }: { request: Request; response: Response; flow: PendingFlow },
  { claims, endSession }: Extract<TokenRefusal, { handling: "interactive" }>,
  context: AppContext,
): Promise<void> {
  const { scopes, returnTo, forAction, restarts, binding } = flow;
  if (endSession === true) await forgetSignIn(request, context.store);
  const mayRestart =
    restarts < MAX_RESTARTS && (await admitStepUp(context.store, binding, context.now()));
  if (!mayRestart) {
    sendProblem(request, response, stepUpLoopProblem(wayBack(flow)));
    return;
  }
  const sent = flow.stepUp?.claims;
  const reading = sent === undefined ? undefined : readClaimsRequest(sent);
  const merged = mergeClaimsRequests(
    reading?.kind === "usable" ? reading.claims : undefined,
    claims,
  );
  const stepUp = { ...flow.stepUp, ...(merged !== undefined && { claims: merged }) };
  const purpose = endSession === true ? "sign-in" : flow.purpose;
  const authorization = { purpose, scopes, returnTo, stepUp, forAction, restarts: restarts + 1 };
  response.redirect(await beginAuthorization(request, authorization, context));
}
