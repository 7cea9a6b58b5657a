import { Router } from "express";
import type { AppContext } from "./app-context.js";

/** `GET /healthz`: the process lives. `GET /readyz`: it takes new work; 503 while it drains. */
export function createHealthRoutes({ isDraining }: AppContext): Router {
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
