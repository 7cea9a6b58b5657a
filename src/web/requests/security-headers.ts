import helmet from "helmet";
import type { Config } from "../../config/config.js";
import { isLoopbackHost } from "../../config/formats.js";
import type { HeaderMiddleware } from "./fixed-headers.js";

/** Features that no page uses; browsers complain about names that they do not know. */
const UNUSED_FEATURES = [
  ...["accelerometer", "autoplay", "camera", "display-capture", "encrypted-media", "fullscreen"],
  ...["geolocation", "gyroscope", "magnetometer", "microphone", "midi", "payment"],
  ...["picture-in-picture", "publickey-credentials-get", "screen-wake-lock", "usb"],
  ...["xr-spatial-tracking"],
];

const PERMISSIONS_POLICY = UNUSED_FEATURES.map((feature) => `${feature}=()`).join(", ");

/**
 * Creates the middleware that sets the security headers of every response. Besides those below, helmet
 * isolates the window and the resources from other origins (`Cross-Origin-Opener-Policy` and
 * `Cross-Origin-Resource-Policy`: `same-origin`) and forbids browsers to guess types.
 *
 * `form-action` names the authority because a POST form (sign-out, a challenged write) leads to a
 * redirect there, to which browsers apply the same rule. A tenant may redirect to a federated host
 * that the app cannot know, so an https authority means any https host.
 */
export function createSecurityHeaders({ authority, baseUrl }: Config): HeaderMiddleware {
  const { protocol, origin } = new URL(authority.cloudInstance);
  const base = new URL(baseUrl);
  // On this machine it would break every other server on `http://localhost` for a year.
  const hasHsts = base.protocol === "https:" && !isLoopbackHost(base.hostname);
  const setHeaders = helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        objectSrc: ["'none'"],
        baseUri: ["'none'"],
        styleSrc: ["'self'"],
        scriptSrc: ["'self'"],
        imgSrc: ["'self'"],
        // For live updates of /trace; Lighthouse reads `/robots.txt` in the page’s name, too.
        connectSrc: ["'self'"],
        formAction: ["'self'", protocol === "https:" ? "https:" : origin],
        frameAncestors: ["'none'"],
      },
    },
    strictTransportSecurity: hasHsts ? { maxAge: 31_536_000, includeSubDomains: false } : false,
    // With `no-referrer` the browser sends `Origin: null` with the forms of this app.
    referrerPolicy: { policy: "same-origin" },
    // For browsers without `frame-ancestors`.
    frameguard: { action: "deny" },
  });
  return (request, response, next) => {
    response.setHeader("Permissions-Policy", PERMISSIONS_POLICY);
    // Pages have personal data: after a sign-out, Back must not show them. Assets replace it.
    response.setHeader("Cache-Control", "no-store");
    setHeaders(request, response, next);
  };
}
