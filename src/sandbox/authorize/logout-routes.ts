import { Router } from "express";
import { findPerson } from "../directory/people.js";
import { queryOf } from "../request-parameters.js";
import type { SandboxState } from "../sandbox-state.js";
import { type BrowserSession, findBrowser } from "./browser-session.js";

/**
 * Creates the end-session endpoint of one tenant. It signs out the account that `logout_hint` names,
 * or everybody in this browser, without asking.
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
    if (returnTo === undefined) response.render("signed-out", { title: "You signed out" });
    else response.redirect(302, returnTo);
  });
  return router;
}

function signOut(state: SandboxState, { accounts }: BrowserSession, hint: string | null): void {
  if (hint === null) {
    accounts.clear();
    return;
  }
  const person = findPerson(state.directory, hint);
  if (person !== undefined) accounts.delete(person.key);
}

/** Returns a registered address only, compared character by character. */
function returnAddress({ registration }: SandboxState, query: URLSearchParams): string | undefined {
  const address = query.get("post_logout_redirect_uri") ?? "";
  const clientState = query.get("state");
  if (!registration.postLogoutRedirectUris.includes(address)) return undefined;
  if (clientState === null) return address;
  const url = new URL(address);
  url.searchParams.append("state", clientState);
  return url.href;
}
