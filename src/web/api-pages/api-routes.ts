import { Router } from "express";
import type { AppContext } from "../app-context.js";
import { findApi, type ApiPage } from "./pages.js";
import { requireSignIn } from "./require-sign-in.js";
import { serveFromApi } from "./serve-from-api.js";
import { showResponse } from "./show-response.js";

/** Creates a `GET` route for each page that shows the response of a configured API. */
export function createApiRoutes(context: AppContext, pages: readonly ApiPage[]): Router {
  const router = Router();

  for (const { path, api: name, resource, show } of pages) {
    const api = findApi(context.config, name);
    if (api === undefined || show === undefined) continue;
    router.get(path, requireSignIn, async (request, response) => {
      const call = {
        api,
        apiRequest: { url: `${api.url}${resource}` },
        show: showResponse({ request, response }, { ...show, api: name }),
      };
      await serveFromApi({ request, response }, call, context);
    });
  }

  return router;
}
