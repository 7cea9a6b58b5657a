import type { ApiSettings } from "../../config/config.js";
import { callProtectedApi } from "../../protected-api/call-protected-api.js";
import { sendApiRequest, type ApiRequest } from "../../protected-api/send-api-request.js";
import { deletePendingStepUp } from "../../session/pending-step-ups.js";
import { bindingOf } from "../../session/session-data.js";
import {
  takeSteppedUp,
  type Caller,
  type FinishedStepUp,
  type UserAction,
} from "../../session/step-up-guard.js";
import { recordTokenSource } from "../../trace/record-decision.js";
import type { AppContext } from "../app-context.js";
import { wantsJson, type Exchange } from "../exchange.js";
import { readReturnPath } from "../return-path.js";
import { clearStepUpCookie, hasStepUpCookie } from "../step-up-cookie.js";
import { respondToOutcome, type ApiAction } from "./respond-to-outcome.js";

/** A call of an API for the person who is signed in. */
export interface PersonalCall extends Pick<ApiAction, "show" | "showRejection"> {
  readonly api: Pick<ApiSettings, "name" | "scopes">;
  readonly apiRequest: ApiRequest;
  /** Where a step-up comes back to; the address of this request unless given. */
  readonly returnTo?: string;
}

/** Calls an API for the person who is signed in, and responds to the browser with the outcome. */
export async function serveFromApi(
  exchange: Exchange,
  { api, apiRequest, returnTo: givenReturnTo, ...pages }: PersonalCall,
  context: Omit<AppContext, "isDraining">,
): Promise<void> {
  const { request } = exchange;
  const { tokens } = request;
  const { auth, store, fetch, now } = context;
  const { name, scopes } = api;
  const { signedIn } = request.session;
  if (signedIn === undefined) throw new Error("A route called an API without requireSignIn");
  const { partition } = signedIn;
  const returnTo = readReturnPath(givenReturnTo ?? request.originalUrl);
  const binding = bindingOf(request.session, now);
  const caller = wantsJson(request) ? "json-client" : "page";
  const finished = await takeFinishedStepUp(exchange, { binding, returnTo, caller }, context);

  const outcome = await callProtectedApi({
    acquireToken: (demand) =>
      recordTokenSource(request.trace, demand, () =>
        auth.acquireTokenSilent({ partition, account: signedIn, scopes, tokens, ...demand }),
      ),
    send: (accessToken) => sendApiRequest(apiRequest, accessToken, fetch),
  });

  if (outcome.kind === "ok" && caller === "json-client") {
    await deletePendingStepUp(store, { binding, returnTo });
  }
  const { pathname } = new URL(apiRequest.url);
  const line = { api: pathname, outcome: outcome.kind, round: finished?.round };
  request.log.info(line, "protected call");
  const action = { api: name, scopes, returnTo, finished, ...pages };
  await respondToOutcome({ ...exchange, action }, outcome, context);
}

/** Takes the step-up that preceded this action; a page without the cookie does not read the store. */
async function takeFinishedStepUp(
  { request, response }: Exchange,
  action: UserAction & { readonly caller: Caller },
  { config, store }: Pick<AppContext, "config" | "store">,
): Promise<FinishedStepUp | undefined> {
  const steppedUp = { baseUrl: config.baseUrl, returnTo: action.returnTo };
  if (action.caller === "page" && !hasStepUpCookie(request, steppedUp)) return undefined;
  const finished = await takeSteppedUp(store, action);
  if (finished !== undefined) clearStepUpCookie(response, steppedUp);
  return finished;
}
