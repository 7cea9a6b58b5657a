import { mergeClaimsRequests } from "../../challenge/claims-request.js";
import type { InteractiveRefusal, Refusal } from "../../challenge/refusal.js";
import type { AuthorizationTransaction } from "../../session/authorization-transactions.js";
import { MAX_ROUNDS } from "../../session/step-up-guard.js";
import type { AppContext } from "../app-context.js";
import type { Exchange } from "../exchange.js";
import { authorityUnavailableProblem, signInLoopProblem } from "../problems/outcome-problems.js";
import { beginPause } from "../problems/pause.js";
import { sendProblem } from "../problems/problem-page.js";
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
  context: Pick<AppContext, "auth" | "config" | "store" | "log" | "now">,
): Promise<void> {
  const tryAgain = wayBack(exchange.transaction);
  logRefusal(context.log, refusal);
  switch (refusal.handling) {
    case "unrecoverable":
      await beginPause(exchange.request, refusal, context);
      if (refusal.endSession === true && exchange.transaction.purpose === "step-up") {
        await forgetSignIn(exchange.request, context);
      }
      sendProblem(exchange, refusalProblem(refusal, tryAgain));
      return;
    case "transient":
      sendProblem(exchange, authorityUnavailableProblem(tryAgain, refusal));
      return;
    case "interactive":
      await restart(exchange, refusal, context);
      return;
  }
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
  const endsSession = refusal.endSession === true;
  if (endsSession) await forgetSignIn(request, context);
  if (round >= MAX_ROUNDS) {
    request.trace?.decide("stopped-loop");
    const tryAgain = forAction === false ? signInUrl(returnTo) : returnTo;
    sendProblem({ request, response }, signInLoopProblem(tryAgain));
    return;
  }
  const claims = mergeClaimsRequests(stepUp.claims, refusal.claims);
  const authorization = {
    purpose: endsSession ? "sign-in" : transaction.purpose,
    scopes,
    returnTo,
    stepUp: { ...stepUp, claims },
    mayReplace,
    forAction,
    round: round + 1,
  };
  await beginAuthorization({ request, response }, authorization, context);
}
