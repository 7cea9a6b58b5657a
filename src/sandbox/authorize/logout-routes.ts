import { Router } from "express";
import { isRegisteredUri } from "../directory/clients.js";
import { findPerson } from "../directory/people.js";
import { formOf, queryOf } from "../request-parameters.js";
import type { SandboxState } from "../sandbox-state.js";
import { type BrowserSession, findBrowser } from "./browser-session.js";

const PATH = "/oauth2/v2.0/logout";
/** A POST may carry an ID token as a hint as well, which does not belong into an address. */
const PARAMETERS: readonly string[] = ["post_logout_redirect_uri", "logout_hint", "state"];

/**
 * Creates the end-session endpoint of one tenant. It signs out the account that `logout_hint` names,
 * or everybody in this browser, without asking.
 *
 * @see {@link https://openid.net/specs/openid-connect-rpinitiated-1_0.html | RP-Initiated Logout}
 */
export function createLogoutRoutes(state: SandboxState): Router {
  const router = Router({ mergeParams: true });
  router.get(PATH, (request, response) => {
    const query = queryOf(request);
    const browser = findBrowser(request, state.browsers);
    if (browser !== undefined) signOut(state, browser, query.get("logout_hint"));
    const returnTo = returnAddress(state, query);
    response.set("Cache-Control", "no-store");
    if (returnTo === undefined) response.render("signed-out", { title: "You signed out" });
    else response.redirect(302, returnTo);
  });
  router.post(PATH, (request, response) => {
    // As at the authorization endpoint: browsers send the SameSite=Lax cookie with the GET only.
    const sent = [...queryOf(request), ...formOf(request)];
    const query = new URLSearchParams(sent.filter(([name]) => PARAMETERS.includes(name)));
    response.redirect(303, `${request.baseUrl}${request.path}?${query.toString()}`);
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

/** Returns an address that a client has registered, or `undefined`. */
function returnAddress({ clients }: SandboxState, query: URLSearchParams): string | undefined {
  const address = query.get("post_logout_redirect_uri") ?? "";
  const clientState = query.get("state");
  const registered = [...clients.values()].flatMap((client) => client.postLogoutRedirectUris);
  if (!isRegisteredUri(registered, address)) return undefined;
  if (clientState === null) return address;
  const url = new URL(address);
  url.searchParams.append("state", clientState);
  return url.href;
}
