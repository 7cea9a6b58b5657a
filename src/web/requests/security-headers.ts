import helmet from "helmet";
import type { Config } from "../../config/config.js";
import { isLoopbackHost } from "../../config/formats.js";

/**
 * Creates the security headers of every response.
 *
 * `form-action` names the authority because a POST form (sign-out, a challenged write) leads to a
 * redirect there, to which browsers apply the same rule. A tenant may redirect to a federated host
 * that the app cannot know, so an https authority means any https host.
 */
export function createSecurityHeaders({ authority, baseUrl }: Config): ReturnType<typeof helmet> {
  const { protocol, origin } = new URL(authority.cloudInstance);
  const base = new URL(baseUrl);
  // On this machine it would break every other server on `http://localhost` for a year.
  const hasHsts = base.protocol === "https:" && !isLoopbackHost(base.hostname);
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
    strictTransportSecurity: hasHsts ? { maxAge: 31_536_000, includeSubDomains: false } : false,
    // With `no-referrer` the browser sends `Origin: null` with the forms of this app.
    referrerPolicy: { policy: "same-origin" },
  });
}
