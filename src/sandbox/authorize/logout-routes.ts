import { type Response, Router } from "express";
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
 * or everybody in this browser, without asking, and tells the clients in frames.
 *
 * @see {@link https://openid.net/specs/openid-connect-frontchannel-1_0.html | Front-Channel Logout}
 * @see {@link https://openid.net/specs/openid-connect-rpinitiated-1_0.html | RP-Initiated Logout}
 */
export function createLogoutRoutes(state: SandboxState): Router {
  const router = Router({ mergeParams: true });
  router.get(PATH, (request, response) => {
    const query = queryOf(request);
    const browser = findBrowser(request, state.browsers);
    const hint = query.get("logout_hint");
    const sids = browser === undefined ? [] : signOut(state, browser, hint);
    const returnTo = returnAddress(state, query);
    const frames = frontChannelAddresses(state, sids);
    response.set("Cache-Control", "no-store");
    if (frames.length === 0 && returnTo !== undefined) {
      response.redirect(302, returnTo);
      return;
    }
    allowFrames(response, frames);
    // The frames load in this second. A longer time would leave the page in the history.
    if (returnTo !== undefined) response.set("Refresh", `1; url=${returnTo}`);
    response.render("signed-out", { title: "You signed out", frames, returnTo });
  });
  router.post(PATH, (request, response) => {
    // As at the authorization endpoint: browsers send the SameSite=Lax cookie with the GET only.
    const sent = [...queryOf(request), ...formOf(request)];
    const query = new URLSearchParams(sent.filter(([name]) => PARAMETERS.includes(name)));
    response.redirect(303, `${request.baseUrl}${request.path}?${query.toString()}`);
  });
  return router;
}

/** Signs out one account or all; returns the `sid` of each session that ended. */
function signOut(
  state: SandboxState,
  { accounts }: BrowserSession,
  hint: string | null,
): readonly string[] {
  const key = hint === null ? undefined : findPerson(state.directory, hint)?.key;
  const ended = [...accounts.values()].filter((each) => hint === null || each.personKey === key);
  for (const { personKey } of ended) accounts.delete(personKey);
  return ended.map(({ sid }) => sid);
}

/** Returns the addresses that tell every client about the sessions that ended. */
function frontChannelAddresses(
  { clients, issuer: iss }: SandboxState,
  sids: readonly string[],
): readonly string[] {
  const uris = [...clients.values()].flatMap(({ frontChannelLogoutUri: uri }) => uri ?? []);
  return uris.flatMap((uri) =>
    sids.map((sid) => `${uri}?${new URLSearchParams({ iss, sid }).toString()}`),
  );
}

/** Lets the page hold the frames of these addresses. */
function allowFrames(response: Response, addresses: readonly string[]): void {
  if (addresses.length === 0) return;
  const origins = [...new Set(addresses.map((address) => new URL(address).origin))];
  const policy = String(response.get("Content-Security-Policy"));
  response.set("Content-Security-Policy", `${policy};frame-src ${origins.join(" ")}`);
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
