import { Router } from "express";
import type { SandboxState } from "./sandbox-state.js";
import { type BrowserSession, findBrowser } from "./browser-session.js";
import { pageOf } from "./pages.js";
import { findPerson } from "./people.js";
import { queryOf } from "./request-parameters.js";

/**
 * The end-session endpoint of one tenant. With a `logout_hint` only that account is signed out of
 * this browser, else everybody; at once, without a question, as Entra does with a hint.
 *
 * @see {@link https://openid.net/specs/openid-connect-rpinitiated-1_0.html | RP-Initiated Logout}
 */
export function createLogoutRoutes(state: SandboxState): Router {
  const router = Router({ mergeParams: true });
  router.get("/oauth2/v2.0/logout", (request, response) => {
    const query = queryOf(request);
    const browser = findBrowser(request, state.browsers);
    if (browser !== undefined) signOut(state, browser, query.get("logout_hint"));
    const returnTo = returnAddress(state, query);
    response.set("Cache-Control", "no-store");
    if (returnTo === undefined) response.render("signed-out", pageOf("You signed out"));
    else response.redirect(302, returnTo);
  });
  return router;
}

function signOut(state: SandboxState, browser: BrowserSession, hint: string | null): void {
  if (hint === null) {
    browser.accounts.clear();
    return;
  }
  const hinted = findPerson(state.directory, hint);
  if (hinted !== undefined) browser.accounts.delete(hinted.person.key);
}

/** Only a registered address, character by character; else the person stays here. */
function returnAddress(state: SandboxState, query: URLSearchParams): string | undefined {
  const asked = query.get("post_logout_redirect_uri");
  const clientState = query.get("state");
  if (asked === null) return undefined;
  if (!state.registration.postLogoutRedirectUris.includes(asked)) return undefined;
  if (clientState === null) return asked;
  const url = new URL(asked);
  url.searchParams.append("state", clientState);
  return url.href;
}
