import { Router } from "express";
import type { AppContext } from "./app-context.js";

/**
 * Creates `GET /healthz`, liveness, and `GET /readyz`, readiness: 503 while the process drains or the
 * store does not respond.
 */
export function createHealthRoutes({
  isDraining,
  store,
}: Pick<AppContext, "isDraining" | "store">): Router {
  const router = Router();

  router.get("/healthz", (_request, response) => {
    response.json({ status: "ok" });
  });
  router.get("/readyz", async (_request, response) => {
    const status = isDraining() ? "draining" : await statusOf(store);
    response.status(status === "ok" ? 200 : 503).json({ status });
  });

  return router;
}

async function statusOf(store: AppContext["store"]): Promise<"ok" | "store-unavailable"> {
  try {
    await store.ping();
    return "ok";
  } catch {
    return "store-unavailable";
  }
}
