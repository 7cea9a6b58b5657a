import { createHash } from "node:crypto";
import { fileURLToPath } from "node:url";
import type { Request, RequestHandler, Response } from "express";
import helmet from "helmet";
import type { AuthorityError } from "./aadsts.js";
import type { SandboxState } from "./sandbox-state.js";
import { reportRefusal } from "./refusal-report.js";

/** Where the templates are. */
export const VIEWS = fileURLToPath(new URL("../../views/sandbox", import.meta.url));
/** What is served under `/assets`. */
export const ASSETS = fileURLToPath(new URL("../../public/sandbox", import.meta.url));

/** Sends the form of `response_mode=form_post`; without scripts its button does. */
export const SUBMIT_AT_ONCE = "document.forms[0].submit()";
const SUBMIT_AT_ONCE_HASH = createHash("sha256").update(SUBMIT_AT_ONCE).digest("base64");

/** What every page shows. */
export interface Page {
  readonly title: string;
}

/** What the frame of a page needs. */
export function pageOf(title: string): Page {
  return { title };
}

/**
 * The headers of every answer. A form here may end at a redirect URI, and browsers apply
 * `form-action` to redirects as well, so the origins of the registered ones are allowed.
 * No HSTS and no `upgrade-insecure-requests`: the sandbox speaks HTTP, on loopback only.
 */
export function pageSecurity(redirectUris: readonly string[]): RequestHandler {
  const clients = [...new Set(redirectUris.map((uri) => new URL(uri).origin))];
  return helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        "default-src": ["'none'"],
        "script-src": [`'sha256-${SUBMIT_AT_ONCE_HASH}'`],
        "style-src": ["'self'"],
        "form-action": ["'self'", ...clients],
        "frame-ancestors": ["'none'"],
        "base-uri": ["'none'"],
      },
    },
    strictTransportSecurity: false,
    // With "no-referrer" browsers send `Origin: null` with our own forms.
    referrerPolicy: { policy: "same-origin" },
  });
}

/** Shows a page that says what is wrong; the status is set already. */
export function showProblem(response: Response, message: string): void {
  response.render("problem", { ...pageOf("That did not work"), message });
}

/** Shows a refusal that is sent nowhere: there is no redirect URI that could be trusted with it. */
export function showRefusal(
  error: AuthorityError,
  { state, request, response }: { state: SandboxState; request: Request; response: Response },
): void {
  response
    .status(error.status)
    .set("Cache-Control", "no-store")
    .render("stopped", {
      ...pageOf("Sign-in stopped"),
      report: reportRefusal(error, { state, request }),
      message: error.message,
    });
}
