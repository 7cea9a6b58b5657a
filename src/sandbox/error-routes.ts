import { type ErrorRequestHandler, type Request, type Response, Router } from "express";
import { AppError } from "../errors.js";
import type { Logger } from "../log.js";
import { AuthorityError, textOfRefusal } from "./aadsts.js";
import { showProblem, showRefusal } from "./pages.js";
import { reportRefusal } from "./refusal-report.js";
import { TENANT_NAMES } from "./registration.js";
import { queryOf } from "./request-parameters.js";
import type { SandboxState } from "./sandbox-state.js";

const NOT_VALID = "This request is not valid";

/**
 * Creates the routes that come after all others: the page that `error_uri` leads to, the endpoints of
 * tenants that do not exist, and the page for all other addresses.
 */
export function createErrorRoutes(state: SandboxState): Router {
  const router = Router();
  router.get("/error", explainRefusal);
  router.use("/:tenant/oauth2/v2.0/:endpoint", (request, response, next) => {
    const { tenant, endpoint } = request.params;
    if (isTenant(tenant) || endpoint === "token") next();
    else showRefusal(new AuthorityError(90002), { state, request, response });
  });
  for (const folder of ["v2.0", "discovery", "oauth2"]) {
    router.use(`/:tenant/${folder}`, (request, response, next) => {
      if (isTenant(request.params["tenant"])) next();
      else response.status(400).json(reportRefusal(new AuthorityError(90002), { state, request }));
    });
  }
  router.use((_request, response) => {
    const message = "The sandbox has no page at this address.";
    showProblem(response.status(404), message, "Page not found");
  });
  return router;
}

function isTenant(name: string | undefined): boolean {
  return TENANT_NAMES.includes(name?.toLowerCase() ?? "");
}

/** Creates the handler of errors, which responds with a page or, to JSON clients, with JSON. */
export function handleError(log: Logger): ErrorRequestHandler {
  // Express knows an error handler by its four parameters.
  // eslint-disable-next-line max-params
  return (error: unknown, request, response, next) => {
    if (response.headersSent) {
      next(error);
      return;
    }
    const status = statusOf(error);
    if (status >= 500) log.error({ err: error }, "the sandbox failed");
    const known = error instanceof AppError ? error : undefined;
    const message = known?.message ?? "The sandbox cannot process this request.";
    response.status(status);
    if (request.is("application/json")) response.json({ code: known?.code, message });
    else showProblem(response, message, status >= 500 ? "Something went wrong" : NOT_VALID);
  };
}

function explainRefusal(request: Request, response: Response): void {
  const code = Number(queryOf(request).get("code"));
  const text = textOfRefusal(code);
  if (text !== undefined) showProblem(response, text, `AADSTS${code}`);
  else showProblem(response.status(404), "The sandbox does not use this error code.", NOT_VALID);
}

/** Returns the status. Express's own errors (a body too large, a malformed path) have one below 500. */
function statusOf(error: unknown): number {
  if (error instanceof AppError) return error.status;
  if (!(error instanceof Error && "status" in error)) return 500;
  return typeof error.status === "number" && error.status >= 400 ? error.status : 500;
}
