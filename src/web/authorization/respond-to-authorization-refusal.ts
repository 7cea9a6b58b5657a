import { mergeClaimsRequests } from "../../challenge/claims-request.js";
import type { InteractiveRefusal, Refusal, UnrecoverableRefusal } from "../../challenge/refusal.js";
import type { AuthorizationTransaction } from "../../session/authorization-transactions.js";
import { MAX_ROUNDS } from "../../session/step-up-guard.js";
import type { AppContext } from "../app-context.js";
import { audit, type AuditEvent } from "../requests/audit-log.js";
import type { Exchange } from "../exchange.js";
import { authorityUnavailableProblem, signInLoopProblem } from "../problems/outcome-problems.js";
import { beginPause } from "../problems/pause.js";
import { sendProblem, type Problem } from "../problems/problem-page.js";
import { logRefusal, refusalProblem } from "../problems/refusal-problems.js";
import { signInUrl } from "../return-path.js";
import { forgetSignIn } from "../signed-in-session.js";
import { beginAuthorization } from "./begin-authorization.js";

/** The response at the redirect URI and the transaction that it belongs to. */
export interface AuthorizationExchange extends Exchange {
  readonly transaction: AuthorizationTransaction;
}

/** Responds to a browser whose authorization, or the redemption of its code, was refused. */
export async function respondToAuthorizationRefusal(
  exchange: AuthorizationExchange,
  refusal: Refusal,
  context: Pick<AppContext, "auth" | "config" | "store" | "now">,
): Promise<void> {
  const tryAgain = wayBack(exchange.transaction);
  logRefusal(exchange.request.log, refusal);
  switch (refusal.handling) {
    case "unrecoverable":
      await beginPause(exchange.request, refusal, context);
      if (endsSession(exchange.transaction, refusal)) {
        await forgetSignIn(exchange.request, refusal, context);
      }
      sendFailure(exchange, refusalProblem(refusal, tryAgain), refusal);
      return;
    case "transient":
      sendFailure(exchange, authorityUnavailableProblem(tryAgain, refusal), refusal);
      return;
    case "interactive":
      await restart(exchange, refusal, context);
      return;
  }
}

/**
 * Returns whether the person of this session is who was refused: at a sign-in it may be another account
 * that they chose.
 */
function endsSession(
  { purpose }: AuthorizationTransaction,
  { endSession }: InteractiveRefusal | UnrecoverableRefusal,
): boolean {
  return endSession === true && purpose === "step-up";
}

/** Sends the page of an authorization that failed. */
function sendFailure(exchange: AuthorizationExchange, problem: Problem, refusal: Refusal): void {
  const reason = refusal.handling === "unrecoverable" ? refusal.reason : undefined;
  const fields = { code: problem.code, reason, ...refusal.support };
  audit(exchange.request, failureOf(exchange.transaction), fields);
  sendProblem(exchange, problem);
}

/** Returns the event of an authorization that failed. */
export function failureOf({ purpose }: Pick<AuthorizationTransaction, "purpose">): AuditEvent {
  return purpose === "sign-in" ? "sign-in-failed" : "step-up-refused";
}

/** Returns where "Try again" leads: the page that was wanted, or the sign-in before it. */
function wayBack({ purpose, returnTo }: AuthorizationTransaction): string {
  return purpose === "sign-in" ? signInUrl(returnTo) : returnTo;
}

/** Repeats the authorization request once, with the claims of the token endpoint added. */
async function restart(
  { request, response, transaction }: AuthorizationExchange,
  refusal: InteractiveRefusal,
  context: Pick<AppContext, "auth" | "config" | "store" | "now">,
): Promise<void> {
  const { scopes, returnTo, mayReplace, forAction, round, stepUp } = transaction;
  const hasEnded = endsSession(transaction, refusal);
  if (hasEnded) await forgetSignIn(request, refusal, context);
  if (round >= MAX_ROUNDS) {
    request.trace?.decide("stopped-loop");
    const tryAgain = forAction === false ? signInUrl(returnTo) : returnTo;
    const problem = signInLoopProblem(tryAgain);
    audit(request, "loop-stopped", { code: problem.code, round, ...refusal.support });
    sendProblem({ request, response }, problem);
    return;
  }
  const claims = mergeClaimsRequests(stepUp.claims, refusal.claims);
  const authorization = {
    purpose: hasEnded ? "sign-in" : transaction.purpose,
    scopes,
    returnTo,
    stepUp: { ...stepUp, claims },
    mayReplace,
    forAction,
    round: round + 1,
  };
  await beginAuthorization({ request, response }, authorization, context);
}
