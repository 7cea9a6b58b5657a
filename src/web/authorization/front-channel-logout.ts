import { type Request, Router } from "express";
import { endAuthoritySession } from "../../session/session-index.js";
import type { AuthoritySession } from "../../session/session-index.js";
import type { AppContext } from "../app-context.js";
import { audit } from "../requests/audit-log.js";

/** More than any `sid`; Entra's is a GUID. */
const MAX_SID_CHARACTERS = 256;

/**
 * Creates `GET /frontchannel-logout?iss&sid`, which the authority loads in a frame when a person signs
 * out there: it ends every session here that began in that session of the authority.
 *
 * It needs no cookie, which browsers do not send in a frame of another site, and reads none. Who knows a
 * `sid` can end its sessions and nothing else.
 *
 * @see {@link https://openid.net/specs/openid-connect-frontchannel-1_0.html | Front-Channel Logout}
 */
export function createFrontChannelLogout({
  auth,
  config,
  store,
}: Pick<AppContext, "auth" | "config" | "store">): Router {
  const router = Router();
  const { origin } = new URL(config.authority.cloudInstance);
  const nothing = "default-src 'none'; object-src 'none'; base-uri 'none'";
  const policy = `${nothing}; frame-ancestors ${origin}`;

  router.get("/frontchannel-logout", async (request, response) => {
    response.removeHeader("X-Frame-Options");
    response.set("Content-Security-Policy", policy);
    const session = readAuthoritySession(request);
    const { issuer } = await auth.metadata();
    if (session?.iss !== issuer) {
      response.status(400).type("text/plain").send("This is no request of the authority.");
      return;
    }
    const partitions = await endAuthoritySession(store, session);
    for (const partition of partitions) await auth.forgetTokens(partition);
    const ended = { reason: "front-channel-logout", sessions: partitions.length };
    if (partitions.length > 0) audit(request, "session-ended", ended);
    response.type("text/plain").send("Signed out.");
  });

  return router;
}

/** Returns the session that the parameters name; undefined when one is missing, empty or repeated. */
function readAuthoritySession({ query: { iss, sid } }: Request): AuthoritySession | undefined {
  if (typeof iss !== "string" || typeof sid !== "string") return undefined;
  return sid === "" || sid.length > MAX_SID_CHARACTERS ? undefined : { iss, sid };
}
