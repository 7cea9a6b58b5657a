import { randomBytes } from "node:crypto";
import { type RequestHandler, Router } from "express";
import { AuthorityError } from "../aadsts.js";
import type { SandboxState, Interaction } from "../sandbox-state.js";
import { ensureBrowser } from "../browser-session.js";
import { meetFault } from "../meet-fault.js";
import { showRefusal } from "../pages.js";
import { formOf, queryOf, readOnce } from "../request-parameters.js";
import { answerWithCode, answerWithRefusal, type Exchange } from "./answer.js";
import { readAuthorizationRequest, readReplyTo } from "./authorization-request.js";
import type { AuthorizationRequest, ReplyTo } from "./authorization-request.js";
import { nextStep, silentRefusal } from "./next-step.js";

const PATH = "/oauth2/v2.0/authorize";

/** The authorization endpoint of one tenant. */
export function createAuthorizeRoutes(state: SandboxState): Router {
  const router = Router({ mergeParams: true });
  router.get(PATH, meetFault(state.faults, "authorize"), authorize(state));
  router.post(PATH, (request, response) => {
    // A form from the client's site comes without our SameSite=Lax cookie; a GET brings it along.
    response.redirect(303, `${request.baseUrl}${request.path}?${formOf(request).toString()}`);
  });
  return router;
}

function authorize(state: SandboxState): RequestHandler {
  return (request, response) => {
    const exchange = { state, request, response };
    const reading = attempt(() => {
      const parameters = readOnce(queryOf(request));
      return { parameters, replyTo: readReplyTo(parameters, state.registration) };
    });
    if (reading instanceof AuthorityError) {
      showRefusal(reading, exchange);
      return;
    }
    const { parameters, replyTo } = reading;
    const authorization = attempt(() => readAuthorizationRequest(parameters, replyTo));
    if (authorization instanceof AuthorityError) {
      answerWithRefusal(exchange, replyTo, { error: authorization, stopped: false });
      return;
    }
    beginSignIn(exchange, replyTo, authorization);
  };
}

/** Answers at once when nothing is missing; else leads to the pages, unless `prompt=none`. */
function beginSignIn(
  exchange: Exchange,
  replyTo: ReplyTo,
  authorization: AuthorizationRequest,
): void {
  const { state, request, response } = exchange;
  const browser = ensureBrowser(request, response, state.browsers);
  const interaction: Interaction = {
    id: randomBytes(16).toString("base64url"),
    browserId: browser.id,
    request: authorization,
    startedAt: state.now(),
    choice: { kind: "left-to-request" },
    consented: false,
  };
  const { directory } = state;
  const step = nextStep({ interaction, browser, directory, now: state.now() });
  if (step.kind === "done") {
    answerWithCode(exchange, authorization, step);
    return;
  }
  if (authorization.prompt === "none") {
    answerWithRefusal(exchange, replyTo, { error: silentRefusal(step, browser), stopped: false });
    return;
  }
  state.interactions.set(interaction.id, interaction);
  response.redirect(302, `/sign-in/${interaction.id}`);
}

/** A refused check as a value: where it is shown depends on which check it was. */
function attempt<Result>(check: () => Result): Result | AuthorityError {
  try {
    return check();
  } catch (error) {
    if (error instanceof AuthorityError) return error;
    throw error;
  }
}
