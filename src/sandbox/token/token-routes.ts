import { Router } from "express";
import { AuthorityError } from "../aadsts.js";
import { injectFault } from "../faults.js";
import { sendOrForgeTokens } from "../misbehaviour/forge-token-response.js";
import { type Exchange, reportRefusal } from "../refusal-report.js";
import type { SandboxState } from "../sandbox-state.js";
import { handleTokenRequest } from "./handle-token-request.js";

const PATH = "/oauth2/v2.0/token";

/** Creates the token endpoint of one tenant. */
export function createTokenRoutes(state: SandboxState): Router {
  const router = Router({ mergeParams: true });
  router.post(PATH, injectFault(state.faults, "token"), async (request, response) => {
    response.set({ "Cache-Control": "no-store", Pragma: "no-cache" });
    try {
      sendOrForgeTokens(state, response, await handleTokenRequest(state, request));
    } catch (error) {
      if (!(error instanceof AuthorityError)) throw error;
      sendRefusal(error, { state, request, response });
    }
  });
  router.all(PATH, (request, response) => {
    response.set("Allow", "POST");
    sendRefusal(new AuthorityError(900561), { state, request, response });
  });
  return router;
}

function sendRefusal(error: AuthorityError, { state, request, response }: Exchange): void {
  const usedBasic = request.get("authorization") !== undefined;
  // RFC 6749, section 5.2: the response to failed HTTP Basic names the scheme.
  if (error.status === 401 && usedBasic) response.set("WWW-Authenticate", 'Basic realm="sandbox"');
  response.status(error.status).json(reportRefusal(error, { state, request }));
}
