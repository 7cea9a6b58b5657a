import { Router } from "express";
import { beginAuthorization } from "./begin-authorization.js";
import type { AppContext } from "../app-context.js";
import { sendIfCooling } from "../problems/cool-down.js";
import { tooManyStepUpsProblem } from "../problems/outcome-problems.js";
import { sendProblem } from "../problems/problem-page.js";
import { deletePendingStepUp, readPendingStepUp } from "../../session/pending-step-ups.js";
import { admitStepUp } from "../../session/step-up-guard.js";
import { readReturnPath } from "../return-path.js";
import { GRAPH_SCOPES } from "../api-pages/pages.js";

/**
 * `GET /signin?returnTo=/path`: 302 to the authority.
 *
 * When a program was told that its call needs a step-up, this is the URL that it was given, and the
 * claims that its call met go along. `prompt=select_account` lets a person choose another account.
 */
export function createSignInRoutes(context: AppContext): Router {
  const { store, now } = context;
  const router = Router();

  router.get("/signin", async (request, response) => {
    if (await sendIfCooling(request, response, context)) return;
    const returnTo = readReturnPath(request.query.returnTo);
    const chooseAccount = request.query.prompt === "select_account";
    const { signedIn, binding } = request.session;
    const pending =
      signedIn !== undefined && binding !== undefined && !chooseAccount
        ? await readPendingStepUp(store, { binding, returnTo })
        : undefined;
    if (binding === undefined || pending === undefined) {
      const signIn = { purpose: "sign-in", scopes: GRAPH_SCOPES, returnTo, chooseAccount } as const;
      response.redirect(await beginAuthorization(request, signIn, context));
      return;
    }
    if (!(await admitStepUp(store, binding, now()))) {
      sendProblem(request, response, tooManyStepUpsProblem(returnTo));
      return;
    }
    await deletePendingStepUp(store, { binding, returnTo });
    const stepUp = { purpose: "step-up", returnTo, forAction: "program", ...pending } as const;
    response.redirect(await beginAuthorization(request, stepUp, context));
  });

  return router;
}
