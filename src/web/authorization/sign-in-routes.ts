import { Router } from "express";
import { deletePendingStepUp, readPendingStepUp } from "../../session/pending-step-ups.js";
import type { AppContext } from "../app-context.js";
import { sendIfPaused } from "../problems/pause.js";
import { readReturnPath } from "../return-path.js";
import { beginAuthorization } from "./begin-authorization.js";

/**
 * Creates `GET /signin?returnTo=/path`: 302 to the authority.
 *
 * A JSON client that was challenged got this URL, and the request carries the claims of its
 * challenge. `prompt=select_account` lets a person choose another account.
 */
export function createSignInRoutes(
  context: Pick<AppContext, "auth" | "config" | "store" | "now">,
): Router {
  const { config, store } = context;
  const router = Router();

  router.get("/signin", async (request, response) => {
    const exchange = { request, response };
    if (await sendIfPaused(exchange, context)) return;
    const returnTo = readReturnPath(request.query.returnTo);
    const chooseAccount = request.query.prompt === "select_account";
    const { signedIn, binding } = request.session;
    const pending =
      signedIn !== undefined && binding !== undefined && !chooseAccount
        ? await readPendingStepUp(store, { binding, returnTo })
        : undefined;
    if (binding === undefined || pending === undefined) {
      const { signInScopes: scopes } = config;
      const stepUp = {};
      const signIn = { purpose: "sign-in", scopes, returnTo, stepUp, chooseAccount } as const;
      await beginAuthorization(exchange, signIn, context);
      return;
    }
    const { scopes, stepUp, round } = pending;
    const forAction = "json-client";
    const authorization = {
      purpose: "step-up",
      scopes,
      returnTo,
      stepUp,
      forAction,
      round,
    } as const;
    const hasBegun = await beginAuthorization(exchange, authorization, context);
    if (hasBegun) await deletePendingStepUp(store, { binding, returnTo });
  });

  return router;
}
