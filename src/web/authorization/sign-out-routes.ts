import { Router } from "express";
import { deletePartition } from "../../auth/token-partition.js";
import { endSession } from "../../session/session-data.js";
import type { AppContext } from "../app-context.js";
import { leaveSignedOutNotice } from "./signed-out-notice.js";

/** `POST /signout`: ends the session here and at the authority. `GET /signout`: a form for it. */
export function createSignOutRoutes({ auth, config, store }: AppContext): Router {
  const router = Router();

  router.get("/signout", (_request, response) => {
    response.render("sign-out");
  });

  router.post("/signout", async (request, response) => {
    const { signedIn } = request.session;
    // Tokens first: a call under way finds its partition gone and does not bring it back.
    if (signedIn !== undefined) await deletePartition(store, signedIn.partition);
    await endSession(request.session);
    leaveSignedOutNotice(request, response);
    const { postLogoutRedirectUri } = config;
    const logoutHint = signedIn?.loginHint;
    response.redirect(303, await auth.signOutUrl({ postLogoutRedirectUri, logoutHint }));
  });

  return router;
}
