import type { AuthorityMetadata } from "../../auth/authority/authority.js";
import type { Config } from "../../config/config.js";
import type { OutboundFetch, OutboundResponse } from "../../outbound-fetch.js";
import { type Finding, ok, warning, wrong } from "../finding.js";
import { reasonOf } from "../observed-fetch.js";

const CHECK = "redirect URI";
const TIMEOUT_MS = 10_000;

/** Redirects within the authority that are followed. */
const MAX_REDIRECTS = 3;

const REGISTER: Readonly<Record<number, string>> = {
  50_011: "Add it to the platform Web of the app registration, exactly as it is in the settings.",
  500_113: "Add it to the platform Web of the app registration, which has no redirect URI.",
  700_016: "Copy CLIENT_ID from the overview of the app registration; it must be in this tenant.",
  9_002_326: "Move it from the platform Single-page application to Web.",
};

/**
 * Checks that the redirect URI is registered, as far as the authority tells.
 *
 * Sends an authorization request with `prompt=none` and no cookie. Nobody is signed in, so the
 * authority redirects with an error (`login_required`), but only to a registered URI (RFC 6749
 * §4.1.2.1): it reports another one on a page of its own. Nothing is changed.
 */
export async function checkRedirectUri(
  { client, redirectUri }: Config,
  metadata: AuthorityMetadata,
  fetch: OutboundFetch,
): Promise<Finding> {
  const url = new URL(metadata.authorization_endpoint);
  const { clientId } = client;
  const request = { client_id: clientId, redirect_uri: redirectUri, response_type: "code" };
  const rest = { response_mode: "query", scope: "openid", prompt: "none" };
  for (const [name, value] of Object.entries({ ...request, ...rest })) {
    url.searchParams.set(name, value);
  }
  try {
    const response = await followWithin(url, redirectUri, fetch);
    if (response === "redirected") {
      return ok(CHECK, `Entra ID redirects to ${redirectUri}, so it is registered.`);
    }
    return judgePage(redirectUri, response, await response.text());
  } catch (error) {
    return unknown(redirectUri, `the request failed (${reasonOf(error)})`);
  }
}

/** Follows redirects within the authority; `fetch` refuses other hosts. */
async function followWithin(
  start: URL,
  redirectUri: string,
  fetch: OutboundFetch,
): Promise<OutboundResponse | "redirected"> {
  let url = start;
  for (let count = 0; ; count += 1) {
    const response = await fetch(url.href, { signal: AbortSignal.timeout(TIMEOUT_MS) });
    const location = response.headers.get("Location");
    if (location === null || count === MAX_REDIRECTS) return response;
    url = new URL(location, url);
    if (`${url.origin}${url.pathname}` === redirectUri) return "redirected";
  }
}

function judgePage(redirectUri: string, { status }: OutboundResponse, page: string): Finding {
  const aadsts = Number(/AADSTS(\d{5,7})\b/.exec(page)?.[1]);
  const cure = REGISTER[aadsts];
  if (cure !== undefined) {
    const text = `Entra ID refuses REDIRECT_URI ${redirectUri} (AADSTS${aadsts}).`;
    return wrong(CHECK, { text, cure });
  }
  const code = Number.isNaN(aadsts) ? "" : `, AADSTS${aadsts}`;
  return unknown(redirectUri, `it shows a page (status ${status}${code})`);
}

function unknown(redirectUri: string, reason: string): Finding {
  const text = `Entra ID does not say whether ${redirectUri} is registered: ${reason}.`;
  return warning(CHECK, { text, cure: "Sign in once: an unregistered one ends at AADSTS50011." });
}
