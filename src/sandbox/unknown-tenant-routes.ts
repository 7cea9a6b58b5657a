import { Router } from "express";
import { AuthorityError } from "./aadsts.js";
import type { SandboxState } from "./sandbox-state.js";
import { showRefusal } from "./pages.js";
import { reportRefusal } from "./refusal-report.js";

/** The endpoints of every tenant that does not exist: on a page for people, as JSON for programs. */
export function createUnknownTenantRoutes(state: SandboxState): Router {
  const router = Router();
  router.use("/:tenant/oauth2/v2.0/:endpoint", (request, response, next) => {
    if (request.params.endpoint === "token") {
      next();
      return;
    }
    showRefusal(new AuthorityError(90002), { state, request, response });
  });
  router.use(["/:tenant/v2.0", "/:tenant/discovery", "/:tenant/oauth2"], (request, response) => {
    response.status(400).json(reportRefusal(new AuthorityError(90002), { state, request }));
  });
  return router;
}
