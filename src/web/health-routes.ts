import { Router } from "express";
import type { AppContext } from "./app-context.js";

/** `GET /healthz`: liveness. `GET /readyz`: readiness; 503 while the process drains. */
export function createHealthRoutes({ isDraining }: Pick<AppContext, "isDraining">): Router {
  const router = Router();

  router.get("/healthz", (_request, response) => {
    response.json({ status: "ok" });
  });
  router.get("/readyz", (_request, response) => {
    const draining = isDraining();
    response.status(draining ? 503 : 200).json({ status: draining ? "draining" : "ok" });
  });

  return router;
}
