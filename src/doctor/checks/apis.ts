import type { ApiSettings } from "../../config/config.js";
import { sendApiRequest } from "../../protected-api/send-api-request.js";
import { PAGES } from "../../web/api-pages/pages.js";
import { type Finding, ok, warning, wrong } from "../finding.js";
import type { ObservedFetch } from "../observed-fetch.js";

/** Checks that an API responds to a call with an invalid token as RFC 6750 §3 requires. */
export async function checkApi(
  { name, url, setting = name }: ApiSettings,
  { fetch, failureOf }: ObservedFetch,
): Promise<Finding> {
  const check = name;
  const resource = PAGES.find((page) => page.api === name)?.resource ?? "";
  const address = `${url}${resource}`;
  const response = await sendApiRequest({ url: address }, "not-a-token", fetch);
  const { status, wwwAuthenticate } = response;
  if (status === 0) {
    const text = `${setting}: ${address} does not respond (${failureOf(address) ?? "too late"}).`;
    return wrong(check, { text, cure: `Start the API, or correct ${setting}.` });
  }
  if (status !== 401) {
    const text = `${setting}: ${address} responds with status ${status} to an invalid token, not 401.`;
    const cure = `Correct ${setting}: the address is of something else, or the API does not check tokens.`;
    return wrong(check, { text, cure });
  }
  if (!/\bbearer\b/i.test([wwwAuthenticate ?? []].flat().join(", "))) {
    const text = `${setting}: ${address} responds with 401, but without "WWW-Authenticate: Bearer".`;
    const cure = "An API raises claims challenges in this header; a proxy in front may remove it.";
    return warning(check, { text, cure });
  }
  return ok(check, `${setting}: ${address} responds and challenges an invalid token.`);
}
