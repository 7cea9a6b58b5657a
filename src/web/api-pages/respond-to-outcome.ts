import type { Request } from "express";
import type { Refusal } from "../../challenge/refusal.js";
import type { ApiOutcome, StepUpRequired } from "../../protected-api/call-protected-api.js";
import type { ApiResponse } from "../../protected-api/send-api-request.js";
import { savePendingStepUp } from "../../session/pending-step-ups.js";
import { bindingOf } from "../../session/session-data.js";
import { wouldLoop, type FinishedStepUp } from "../../session/step-up-guard.js";
import { recordRound } from "../../trace/record-decision.js";
import type { AppContext } from "../app-context.js";
import { beginAuthorization } from "../authorization/begin-authorization.js";
import { audit } from "../requests/audit-log.js";
import { wantsJson, type Exchange } from "../exchange.js";
import {
  apiUnavailableProblem,
  authorityUnavailableProblem,
  rejectedProblem,
  stepUpLoopProblem,
} from "../problems/outcome-problems.js";
import { beginPause, sendIfPaused } from "../problems/pause.js";
import {
  sendProblem,
  sendSignInRequired,
  sendStepUpRequired,
  type Problem,
} from "../problems/problem-page.js";
import { logRefusal, refusalProblem } from "../problems/refusal-problems.js";
import { signInUrl } from "../return-path.js";
import { forgetSignIn } from "../signed-in-session.js";

/** An action of a person that needs an API. */
export interface ApiAction {
  /** The name of the API. */
  readonly api: string;
  /** The scopes of the API's access tokens. */
  readonly scopes: readonly string[];
  /** Where a step-up comes back to: a same-origin path. */
  readonly returnTo: string;
  /** The step-up that it follows. */
  readonly finished: FinishedStepUp | undefined;
  /** Shows what the API returned. */
  readonly show: (response: ApiResponse) => void | Promise<void>;
  /** Shows a refusal of the request itself; returns false to leave that to the general page. */
  readonly showRejection?: (response: ApiResponse) => Promise<boolean>;
}

interface ActionExchange extends Exchange {
  readonly action: ApiAction;
}

/** Responds to the browser with the outcome of its action. */
export async function respondToOutcome(
  exchange: ActionExchange,
  outcome: ApiOutcome,
  context: Pick<AppContext, "auth" | "config" | "store" | "now">,
): Promise<void> {
  const { request, action } = exchange;
  if ("refusal" in outcome) await recordRefusal(request, outcome.refusal, context);
  switch (outcome.kind) {
    case "ok":
      await action.show(outcome.response);
      return;
    case "step-up-required":
      await beginStepUp(exchange, outcome, context);
      return;
    case "blocked":
      await beginPause(request, outcome.refusal, context);
      sendProblem(exchange, refusalProblem(outcome.refusal, action.returnTo));
      return;
    case "unavailable":
      sendProblem(exchange, unavailableProblem(action, outcome));
      return;
    case "rejected":
      if ((await action.showRejection?.(outcome.response)) === true) return;
      sendProblem(exchange, rejectedProblem(action, outcome.response));
      return;
  }
}

/** Logs how the authority refused a token; ends the session of an account that is disabled. */
async function recordRefusal(
  request: Request,
  refusal: Refusal,
  context: Pick<AppContext, "auth" | "store">,
): Promise<void> {
  logRefusal(request.log, refusal);
  const endsSession = refusal.handling !== "transient" && refusal.endSession === true;
  if (endsSession) await forgetSignIn(request, refusal, context);
}

/** Redirects the person to the authority, or returns the URL for that to a JSON client. */
async function beginStepUp(
  { request, response, action }: ActionExchange,
  outcome: StepUpRequired,
  context: Pick<AppContext, "auth" | "config" | "store" | "now">,
): Promise<void> {
  if (await sendIfPaused({ request, response }, context)) return;
  const { scopes, returnTo, finished } = action;
  const { stepUp } = outcome;
  const endsSession = outcome.endSession === true;
  // On /trace: round
  const round = (finished?.round ?? 0) + 1;
  const isLoop = wouldLoop(stepUp, finished);
  recordRound(request.trace, isLoop ? "loop" : round);
  if (isLoop) {
    const problem = loopProblem(outcome, action);
    audit(request, "loop-stopped", { code: problem.code, round, ...outcome.refusal?.support });
    sendProblem({ request, response }, problem);
    return;
  }
  if (wantsJson(request)) {
    const url = signInUrl(returnTo);
    if (endsSession) {
      sendSignInRequired(response, url);
      return;
    }
    const binding = bindingOf(request.session, context.now);
    await savePendingStepUp(context.store, { binding, returnTo }, { scopes, stepUp, round });
    sendStepUpRequired(response, url);
    return;
  }
  const purpose = endsSession ? "sign-in" : "step-up";
  const authorization = { purpose, scopes, returnTo, stepUp, forAction: "page", round } as const;
  await beginAuthorization({ request, response }, authorization, context);
}

/** Returns the problem of the side that is unavailable: with a refusal, it is the authority. */
function unavailableProblem(
  action: ApiAction,
  outcome: Extract<ApiOutcome, { kind: "unavailable" }>,
): Problem {
  return outcome.refusal === undefined
    ? apiUnavailableProblem(action, outcome)
    : authorityUnavailableProblem(action.returnTo, outcome);
}

/** Returns the problem of an action that was challenged again after its step-up. */
function loopProblem({ endSession, refusal }: StepUpRequired, action: ApiAction): Problem {
  if (endSession !== true) return stepUpLoopProblem(action);
  const support = refusal?.support ?? {};
  const disabled = { handling: "unrecoverable", reason: "account-disabled", support } as const;
  return refusalProblem(disabled, action.returnTo);
}
