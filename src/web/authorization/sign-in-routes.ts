import { Router } from "express";
import { deletePendingStepUp, readPendingStepUp } from "../../session/pending-step-ups.js";
import type { AppContext } from "../app-context.js";
import type { Exchange } from "../exchange.js";
import { sendIfPaused } from "../problems/pause.js";
import { isFromAnotherOrigin } from "../is-from-another-origin.js";
import { readReturnPath, signInUrl } from "../return-path.js";
import { beginAuthorization } from "./begin-authorization.js";

/**
 * Creates `GET /signin?returnTo=/path`: 302 to the authority.
 *
 * A JSON client that was challenged got this URL, and the request carries the claims of its
 * challenge. `prompt=select_account` lets a person choose another account.
 *
 * Somebody who is signed in and was sent here by another site is asked first: otherwise that site could
 * have them signed in again, or as somebody else, without their knowing.
 */
export function createSignInRoutes(
  context: Pick<AppContext, "auth" | "config" | "store" | "now">,
): Router {
  const { config } = context;
  const router = Router();

  router.get("/signin", async (request, response) => {
    const exchange = { request, response };
    if (await sendIfPaused(exchange, context)) return;
    const { signedIn } = request.session;
    const returnTo = readReturnPath(request.query.returnTo);
    const chooseAccount = request.query.prompt === "select_account";
    if (signedIn !== undefined && isFromAnotherOrigin(request)) {
      const href = signInUrl(returnTo) + (chooseAccount ? "&prompt=select_account" : "");
      response.render("sign-in", { href, returnTo, chooseAccount });
      return;
    }
    if (!chooseAccount && (await beginPendingStepUp(exchange, returnTo, context))) return;
    const { signInScopes: scopes } = config;
    const signIn = { purpose: "sign-in", scopes, returnTo, stepUp: {} } as const;
    const choice = { chooseAccount, mayReplace: chooseAccount };
    await beginAuthorization(exchange, { ...signIn, ...choice }, context);
  });

  return router;
}

/** Begins the step-up that a JSON client was told of; returns false when there is none. */
async function beginPendingStepUp(
  exchange: Exchange,
  returnTo: string,
  context: Pick<AppContext, "auth" | "config" | "store" | "now">,
): Promise<boolean> {
  const { store } = context;
  const { signedIn, binding } = exchange.request.session;
  if (signedIn === undefined || binding === undefined) return false;
  const pending = await readPendingStepUp(store, { binding, returnTo });
  if (pending === undefined) return false;
  const purpose = "step-up";
  const authorization = { purpose, returnTo, forAction: "json-client", ...pending } as const;
  const hasBegun = await beginAuthorization(exchange, authorization, context);
  if (hasBegun) await deletePendingStepUp(store, { binding, returnTo });
  return true;
}
