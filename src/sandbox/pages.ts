import { createHash } from "node:crypto";
import { fileURLToPath } from "node:url";
import type { RequestHandler, Response } from "express";
import helmet from "helmet";
import type { AuthorityError } from "./aadsts.js";
import { type Client, cspSourceOf } from "./directory/clients.js";
import { type Exchange, reportRefusal } from "./refusal-report.js";

/** The folder of the templates. */
export const VIEWS = fileURLToPath(new URL("../../views/sandbox", import.meta.url));
/** The folder that is served under `/assets`. */
export const ASSETS = fileURLToPath(new URL("../../views/sandbox/assets", import.meta.url));

/** The script that sends the form of `response_mode=form_post`; without scripts, its button does. */
export const SUBMIT_AT_ONCE = "document.forms[0].submit()";
const SUBMIT_AT_ONCE_HASH = createHash("sha256").update(SUBMIT_AT_ONCE).digest("base64");

/**
 * Creates a handler that sets the security headers of every response.
 *
 * A form may end at a redirect URI, and browsers apply `form-action` to redirects as well, so the
 * origins of all registered ones are allowed. No HSTS and no `upgrade-insecure-requests`: the sandbox
 * listens on loopback only, with plain HTTP.
 */
export function pageSecurity(clients: readonly Client[]): RequestHandler {
  const targets = new Set(clients.flatMap(({ redirectUris }) => redirectUris.map(cspSourceOf)));
  return helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        "default-src": ["'none'"],
        "script-src": [`'sha256-${SUBMIT_AT_ONCE_HASH}'`],
        "style-src": ["'self'"],
        // Lighthouse reads `/robots.txt` in the page’s name.
        "connect-src": ["'self'"],
        "form-action": ["'self'", ...targets],
        "frame-ancestors": ["'none'"],
        "base-uri": ["'none'"],
      },
    },
    strictTransportSecurity: false,
    // With "no-referrer" browsers send `Origin: null` with our own forms.
    referrerPolicy: { policy: "same-origin" },
  });
}

/** Shows a page about a problem; the caller sets the status. */
export function showProblem(response: Response, message: string, title: string): void {
  response.render("problem", { title, message });
}

/** Shows a refusal on a page here, because no redirect URI can be trusted with it. */
export function showRefusal(error: AuthorityError, exchange: Exchange): void {
  exchange.response
    .status(error.status)
    .set("Cache-Control", "no-store")
    .render("stopped", {
      title: "Sign-in stopped",
      report: reportRefusal(error, exchange),
      message: error.message,
    });
}
