import { Router } from "express";
import { createRecordRequests, type RecordOptions } from "./record-requests.js";
import { createSandboxFacts } from "./sandbox-facts.js";
import { createTraceRoutes } from "./trace-routes.js";

export { cardStateOf } from "./card-state.js";

/** Creates the trace page, and the middleware that records every other request. */
export function createTracing({ context, trace, pages }: Omit<RecordOptions, "facts">): Router {
  const router = Router();
  const facts = createSandboxFacts(context.sandboxUrl, context.fetch);
  router.use(createTraceRoutes({ context, trace, facts }));
  router.use(createRecordRequests({ context, trace, facts, pages }));
  return router;
}
