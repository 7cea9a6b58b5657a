import { Router } from "express";
import type { Config } from "../../config/config.js";
import { endSession } from "../../session/session-data.js";
import type { AppContext } from "../app-context.js";
import { cookieName, hasFlag } from "../cookies.js";
import type { Exchange } from "../exchange.js";
import { forgetPerson } from "../signed-in-session.js";

/** The cookie that makes the home page confirm a sign-out, once. It identifies nobody. */
const NOTICE_COOKIE = "signed-out";
const NOTICE_MAX_AGE_MS = 10 * 60 * 1000;

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
    const { name, attributes } = noticeCookie(config);
    response.cookie(name, "1", { ...attributes, maxAge: NOTICE_MAX_AGE_MS });
    response.set("Clear-Site-Data", CLEARED);
    const { postLogoutRedirectUri } = config;
    const logoutHint = signedIn?.loginHint;
    response.redirect(303, await auth.signOutUrl({ postLogoutRedirectUri, logoutHint }));
  });

  return router;
}

/** Returns the confirmation of a sign-out, once, when the authority has sent the browser back. */
export function takeSignedOutNotice(
  { request, response }: Exchange,
  config: Config,
): string | undefined {
  const { name, attributes } = noticeCookie(config);
  if (!hasFlag(request, name)) return undefined;
  response.clearCookie(name, attributes);
  return request.session.signedIn === undefined ? "You are signed out." : undefined;
}

function noticeCookie({ baseUrl }: Config) {
  const name = cookieName(NOTICE_COOKIE, baseUrl);
  const secure = baseUrl.startsWith("https:");
  return { name, attributes: { httpOnly: true, sameSite: "lax", secure, path: "/" } as const };
}
