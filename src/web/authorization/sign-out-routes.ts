import { Router } from "express";
import { endSession } from "../../session/session-data.js";
import type { AppContext } from "../app-context.js";
import { audit } from "../requests/audit-log.js";
import { setNotice } from "../notice.js";
import { forgetPerson } from "../signed-in-session.js";

/**
 * What the browser forgets at a sign-out: pages that it keeps for Back, and the storage of scripts. Not
 * `"cookies"`, which are those of all hosts below the same domain, and thus of other apps.
 */
const CLEARED = '"cache", "storage"';

/** Creates `POST /signout`, which ends the session here and at the authority, and `GET /signout`, a form for it. */
export function createSignOutRoutes(
  context: Pick<AppContext, "auth" | "config" | "store">,
): Router {
  const { auth, config } = context;

  const router = Router();

  router.get("/signout", (_request, response) => {
    response.render("sign-out");
  });

  router.post("/signout", async (request, response) => {
    const { signedIn, nextPartition } = request.session;
    // Tokens first: a call under way finds its partition deleted and does not restore it, and a sign-in
    // under way does not create its own.
    if (nextPartition !== undefined) await auth.forgetTokens(nextPartition);
    if (signedIn !== undefined) await forgetPerson(signedIn, context);
    await endSession(request.session);
    if (signedIn !== undefined) audit(request, "signed-out", { oid: signedIn.oid });
    setNotice({ response }, "signed-out", config);
    response.set("Clear-Site-Data", CLEARED);
    const { postLogoutRedirectUri } = config;
    const logoutHint = signedIn?.loginHint;
    response.redirect(303, await auth.signOutUrl({ postLogoutRedirectUri, logoutHint }));
  });

  return router;
}
