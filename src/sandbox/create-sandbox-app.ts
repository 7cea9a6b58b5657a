import express, { type Express } from "express";
import { createAuthorizeRoutes } from "./authorize/authorize-routes.js";
import { createLogoutRoutes } from "./authorize/logout-routes.js";
import { createSignInRoutes } from "./authorize/sign-in-routes.js";
import { type ControlOptions, createControlRoutes } from "./control/control-routes.js";
import { createDiscoveryRoutes, createInstanceDiscoveryRoutes } from "./discovery-routes.js";
import { createErrorRoutes, handleError } from "./error-routes.js";
import { createGraphRoutes } from "./graph/graph-routes.js";
import { ASSETS, pageSecurity, VIEWS } from "./pages.js";
import { TENANT_NAMES } from "./registration.js";
import { formOf, queryOf } from "./request-parameters.js";
import { createTokenRoutes } from "./token/token-routes.js";

/** One request as it was on the wire, decoded. */
export interface SeenRequest {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  /** The form of a POST, else the query. */
  readonly parameters: URLSearchParams;
}

interface SandboxAppOptions extends ControlOptions {
  readonly observe: ((seen: SeenRequest) => void) | undefined;
  /** The web app, for a link back from pages that lead nowhere else. */
  readonly webAppUrl: string | undefined;
}

const MAX_FORM = "64kb";

/** Creates the sandbox's Express app. */
export function createSandboxApp(options: SandboxAppOptions): Express {
  const { state, log, observe, webAppUrl } = options;
  const app = express();
  app.disable("x-powered-by").disable("etag");
  app.set("view engine", "ejs").set("views", VIEWS).enable("view cache");
  app.locals["webAppUrl"] = webAppUrl;
  app.use(pageSecurity([...state.clients.values()]));
  app.use("/assets", express.static(ASSETS, { index: false }));
  app.use(express.text({ type: "application/x-www-form-urlencoded", limit: MAX_FORM }));
  app.use((request, _response, next) => {
    const parameters = request.method === "POST" ? formOf(request) : queryOf(request);
    observe?.({ method: request.method, path: request.path, parameters });
    next();
  });
  app.use(createControlRoutes(options));
  app.use(createInstanceDiscoveryRoutes(state));
  app.use(createGraphRoutes(state));
  app.use(createSignInRoutes(state));
  for (const tenant of TENANT_NAMES) {
    app.use(`/${tenant}`, createDiscoveryRoutes(state), createTokenRoutes(state));
    app.use(`/${tenant}`, createAuthorizeRoutes(state), createLogoutRoutes(state));
  }
  app.use(createErrorRoutes(state));
  app.use(handleError(log));
  return app;
}
