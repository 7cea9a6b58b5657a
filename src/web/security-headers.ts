import helmet from "helmet";
import type { RequestHandler } from "express";
import type { Config } from "../config/config.js";

/**
 * Gives the headers that keep a browser from being turned against the person.
 *
 * `form-action` names the authority because a POST form (sign-out, a challenged write) is answered
 * with a redirect there, and browsers hold redirects to the same rule. A tenant may send people on to
 * a federated host that we cannot know, so an https authority means any https host.
 */
export function createSecurityHeaders({ authority, baseUrl }: Config): RequestHandler {
  const { protocol, origin } = new URL(authority.cloudInstance);
  const isHttps = baseUrl.startsWith("https:");
  return helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        baseUri: ["'none'"],
        styleSrc: ["'self'"],
        scriptSrc: ["'self'"],
        imgSrc: ["'self'"],
        formAction: ["'self'", protocol === "https:" ? "https:" : origin],
        frameAncestors: ["'none'"],
      },
    },
    strictTransportSecurity: isHttps ? { maxAge: 31_536_000, includeSubDomains: false } : false,
    // A policy without any referrer would make the browser send `Origin: null` with our own forms.
    referrerPolicy: { policy: "same-origin" },
  });
}
