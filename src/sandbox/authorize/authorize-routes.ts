import { randomBytes } from "node:crypto";
import { type RequestHandler, type Response, Router } from "express";
import { AuthorityError } from "../aadsts.js";
import { injectFault, type FailureMode } from "../faults.js";
import { showProblem, showRefusal } from "../pages.js";
import type { Exchange } from "../refusal-report.js";
import { formOf, queryOf, readOnce } from "../request-parameters.js";
import type { Interaction, SandboxState } from "../sandbox-state.js";
import { readAuthorizationRequest, readReplyTo } from "./authorization-request.js";
import type { AuthorizationRequest } from "./authorization-request.js";
import { sendCode, sendRefusal } from "./authorization-response.js";
import { ensureBrowser } from "./browser-session.js";
import { nextStep, refusalOfSilentRequest } from "./next-step.js";

const PATH = "/oauth2/v2.0/authorize";

/** Title and text of the pages that people see when the endpoint has a fault. */
const FAILURES: Readonly<Record<FailureMode, readonly [string, string]>> = {
  error: ["Sign-in is not available", "The authorization endpoint fails. Try again later."],
  throttle: [
    "Sign-in is busy",
    "The authorization endpoint has too many requests. Try again soon.",
  ],
  html: ["Hotel network", "Please log in. This page has nothing to do with the sign-in."],
};

/** Creates the authorization endpoint of one tenant. */
export function createAuthorizeRoutes(state: SandboxState): Router {
  const router = Router({ mergeParams: true });
  router.get(PATH, injectFault(state.faults, "authorize", showFailure), authorize(state));
  router.post(PATH, (request, response) => {
    // Browsers send the SameSite=Lax cookie with a GET from the client's site, not with a POST.
    response.redirect(303, `${request.baseUrl}${request.path}?${formOf(request).toString()}`);
  });
  return router;
}

function authorize(state: SandboxState): RequestHandler {
  return (request, response) => {
    const exchange = { state, request, response };
    const reading = attempt(() => {
      const parameters = readOnce(queryOf(request));
      return { parameters, replyTo: readReplyTo(parameters, state.clients) };
    });
    if (reading instanceof AuthorityError) {
      showRefusal(reading, exchange);
      return;
    }
    const { parameters, replyTo } = reading;
    const authorization = attempt(() => readAuthorizationRequest(parameters, replyTo));
    if (authorization instanceof AuthorityError) sendRefusal(exchange, replyTo, authorization);
    else beginSignIn(exchange, authorization);
  };
}

/** Sends a code when nothing is missing; else shows the pages, or refuses when `prompt=none`. */
function beginSignIn(exchange: Exchange, authorization: AuthorizationRequest): void {
  const { state, request, response } = exchange;
  const browser = ensureBrowser(request, response, state.browsers);
  const interaction: Interaction = {
    id: randomBytes(16).toString("base64url"),
    browserId: browser.id,
    request: authorization,
    startedAt: state.now(),
    choice: { kind: "by-request" },
    consented: false,
  };
  const step = nextStep({ state, interaction, browser });
  if (step.kind === "done") {
    sendCode(exchange, authorization, step);
    return;
  }
  if (authorization.prompt === "none") {
    sendRefusal(exchange, authorization.replyTo, refusalOfSilentRequest(step, browser));
    return;
  }
  state.interactions.set(interaction.id, interaction);
  response.redirect(302, `/sign-in/${interaction.id}`);
}

function showFailure(response: Response, mode: FailureMode): void {
  const [title, message] = FAILURES[mode];
  response.locals["controlAnchor"] = "fault-authorize";
  showProblem(response.set("Cache-Control", "no-store"), message, title);
}

/** Returns a refusal as a value, because where it is sent depends on the check. */
function attempt<Result>(check: () => Result): Result | AuthorityError {
  try {
    return check();
  } catch (error) {
    if (error instanceof AuthorityError) return error;
    throw error;
  }
}
