import { Router } from "express";
import { scenariosOf } from "../scenarios.js";
import type { AppContext } from "../app-context.js";

/** `GET /`: what this is; signed in, a card for each scenario. */
export function createHomeRoutes({ config }: AppContext): Router {
  const router = Router();
  const scenarios = scenariosOf(config.payroll !== undefined);

  router.get("/", (_request, response) => {
    response.render("home", { scenarios });
  });

  return router;
}
