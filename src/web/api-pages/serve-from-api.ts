import type { Request, Response } from "express";
import { callProtectedApi } from "../../protected-api/call-protected-api.js";
import { sendApiRequest } from "../../protected-api/send-api-request.js";
import type { ApiAnswer, ApiRequest } from "../../protected-api/send-api-request.js";
import { deletePendingStepUp } from "../../session/pending-step-ups.js";
import { bindingOf } from "../../session/session-data.js";
import { takeSteppedUp } from "../../session/step-up-guard.js";
import type { AppContext } from "../app-context.js";
import { respondToOutcome } from "./respond-to-outcome.js";
import { readReturnPath } from "../return-path.js";
import { wantsJson } from "../exchange.js";

/** A call on behalf of the person who is signed in. */
export interface PersonalCall {
  readonly scopes: readonly string[];
  readonly apiRequest: ApiRequest;
  /** Where a step-up comes back to, when that is not the address of this request. */
  readonly returnTo?: string;
  readonly show: (answer: ApiAnswer) => void | Promise<void>;
  /** Shows an answer that refuses the request itself; `false` leaves that to the general page. */
  readonly showRejection?: (answer: ApiAnswer) => Promise<boolean>;
}

/** Calls an API as the person who is signed in, and answers the browser with what came of it. */
export async function serveFromApi(
  exchange: { readonly request: Request; readonly response: Response },
  { scopes, apiRequest, returnTo: givenReturnTo, ...pages }: PersonalCall,
  context: AppContext,
): Promise<void> {
  const { request } = exchange;
  const { signedIn } = request.session;
  if (signedIn === undefined) throw new Error("A route called an API without requireSignIn");
  const { account, partition } = signedIn;
  const returnTo = readReturnPath(givenReturnTo ?? request.originalUrl);
  const binding = bindingOf(request.session, context.now);
  const caller = wantsJson(request) ? "program" : "page";
  const cameFromStepUp = await takeSteppedUp(context.store, { binding, returnTo }, caller);

  const outcome = await callProtectedApi({
    acquireToken: (claims) =>
      context.auth.acquireTokenSilent({ partition, account, scopes, claims }),
    send: (accessToken) => sendApiRequest(apiRequest, accessToken, context.fetch),
  });

  if (outcome.kind === "ok" && caller === "program") {
    await deletePendingStepUp(context.store, { binding, returnTo });
  }
  const { pathname } = new URL(apiRequest.url);
  context.log.info({ api: pathname, outcome: outcome.kind, cameFromStepUp }, "protected call");
  const action = { scopes, returnTo, cameFromStepUp, ...pages };
  await respondToOutcome({ ...exchange, action }, outcome, context);
}
