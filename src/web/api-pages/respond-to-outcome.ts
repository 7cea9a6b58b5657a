import type { Request, Response } from "express";
import type { ApiOutcome, StepUpRequired } from "../../protected-api/call-protected-api.js";
import type { ApiAnswer } from "../../protected-api/send-api-request.js";
import { savePendingStepUp } from "../../session/pending-step-ups.js";
import { bindingOf } from "../../session/session-data.js";
import { admitStepUp } from "../../session/step-up-guard.js";
import type { AppContext } from "../app-context.js";
import { beginAuthorization } from "../authorization/begin-authorization.js";
import { beginCoolDown, sendIfCooling } from "../problems/cool-down.js";
import { forgetSignIn } from "../signed-in-session.js";
import {
  rejectedProblem,
  stepUpLoopProblem,
  unavailableProblem,
  tooManyStepUpsProblem,
} from "../problems/outcome-problems.js";
import { type Problem, sendProblem } from "../problems/problem-page.js";
import { logRefusal, refusalProblem } from "../problems/refusal-problems.js";
import { signInUrl } from "./require-sign-in.js";
import { wantsJson } from "../exchange.js";

/** One thing the person did that needs an API. */
export interface ApiAction {
  /** What a token for the API is asked for with. */
  readonly scopes: readonly string[];
  /** Where a step-up comes back to: a same-origin path. */
  readonly returnTo: string;
  /** Whether it has just come back: then a further challenge is a loop. */
  readonly cameFromStepUp: boolean;
  /** Shows what the API gave. */
  readonly show: (answer: ApiAnswer) => void | Promise<void>;
  /** Shows an answer that refuses the request itself; `false` leaves that to the general page. */
  readonly showRejection?: (answer: ApiAnswer) => Promise<boolean>;
}

/** Answers the browser with what became of its action. */
export async function respondToOutcome(
  exchange: { readonly request: Request; readonly response: Response; readonly action: ApiAction },
  outcome: ApiOutcome,
  context: AppContext,
): Promise<void> {
  const { request, response, action } = exchange;
  if ("refusal" in outcome) logRefusal(context.log, outcome.refusal);
  switch (outcome.kind) {
    case "ok":
      await action.show(outcome.answer);
      return;
    case "step-up-required":
      await beginStepUp(exchange, outcome, context);
      return;
    case "blocked":
      await beginCoolDown(request, outcome.refusal, context);
      if (outcome.refusal.endSession === true) await forgetSignIn(request, context.store);
      sendProblem(request, response, refusalProblem(outcome.refusal, action.returnTo));
      return;
    case "unavailable":
      sendProblem(request, response, unavailableProblem(action.returnTo, outcome));
      return;
    case "rejected":
      if ((await action.showRejection?.(outcome.answer)) === true) return;
      sendProblem(request, response, rejectedProblem(action.returnTo, outcome.answer));
      return;
  }
}

/** Sends the person to the authority, or a program the URL to send its person to. */
async function beginStepUp(
  { request, response, action }: { request: Request; response: Response; action: ApiAction },
  outcome: StepUpRequired,
  context: AppContext,
): Promise<void> {
  if (await sendIfCooling(request, response, context)) return;
  const { store, now } = context;
  const { scopes, returnTo } = action;
  const { stepUp, endSession } = outcome;
  if (endSession === true) await forgetSignIn(request, store);
  if (action.cameFromStepUp) {
    sendProblem(request, response, loopProblem(outcome, returnTo));
    return;
  }
  const binding = bindingOf(request.session, now);
  if (wantsJson(request)) {
    await savePendingStepUp(store, { binding, returnTo }, { scopes, stepUp });
    const code = endSession === true ? "ERR_SIGN_IN_REQUIRED" : "ERR_STEP_UP_REQUIRED";
    response.status(401).json({ code, url: signInUrl(returnTo) });
    return;
  }
  if (!(await admitStepUp(store, binding, now()))) {
    sendProblem(request, response, tooManyStepUpsProblem(returnTo));
    return;
  }
  const purpose = endSession === true ? "sign-in" : "step-up";
  const authorization = { purpose, scopes, returnTo, stepUp, forAction: "page" } as const;
  const url = await beginAuthorization(request, authorization, context);
  response.redirect(request.method === "GET" ? 302 : 303, url);
}

/** The person has just confirmed, and it was no use. */
function loopProblem({ endSession, refusal }: StepUpRequired, returnTo: string): Problem {
  if (endSession !== true) return stepUpLoopProblem(returnTo);
  const support = refusal?.support ?? {};
  const disabled = { handling: "unrecoverable", reason: "account-disabled", support } as const;
  return refusalProblem(disabled, returnTo);
}
