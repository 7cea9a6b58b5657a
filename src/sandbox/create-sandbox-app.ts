import express from "express";
import type { ErrorRequestHandler, Express, Request, Response } from "express";
import { AppError } from "../errors.js";
import type { Logger } from "../log.js";
import { textOfRefusal } from "./aadsts.js";
import type { SandboxState } from "./sandbox-state.js";
import { createAuthorizeRoutes } from "./authorize/authorize-routes.js";
import { createSignInRoutes } from "./authorize/sign-in-routes.js";
import { createControlRoutes } from "./control/control-routes.js";
import { createDiscoveryRoutes, createInstanceDiscoveryRoutes } from "./discovery-routes.js";
import { createGraphRoutes } from "./graph/graph-routes.js";
import { createLogoutRoutes } from "./logout-routes.js";
import { ASSETS, pageSecurity, showProblem, VIEWS } from "./pages.js";
import { TENANT_DOMAIN, TENANT_ID } from "./registration.js";
import { formOf, queryOf } from "./request-parameters.js";
import { createTokenRoutes } from "./token/token-routes.js";
import { createUnknownTenantRoutes } from "./unknown-tenant-routes.js";

/** One request, as tests see it: on the wire, decoded. */
export interface SeenRequest {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  /** The form of a POST, else the query. */
  readonly parameters: URLSearchParams;
}

/** What the app of a sandbox needs. */
export interface SandboxAppOptions {
  readonly state: SandboxState;
  readonly log: Logger;
  readonly observe: ((seen: SeenRequest) => void) | undefined;
  /** Where the sandbox is reached; the control page answers there only. */
  readonly ownOrigins: readonly string[];
  /** The web app, for a way back from pages where nothing else leads on. */
  readonly webAppUrl: string | undefined;
}

const TENANT_NAMES = [TENANT_ID, TENANT_DOMAIN, "common", "organizations"];
const MAX_FORM = "64kb";

/** Assembles the sandbox's app; it listens nowhere yet. */
export function createSandboxApp(options: SandboxAppOptions): Express {
  const { state, log, observe } = options;
  const app = express();
  app.disable("x-powered-by").disable("etag");
  app.set("view engine", "ejs").set("views", VIEWS).enable("view cache");
  app.locals["webAppUrl"] = options.webAppUrl;
  app.use(pageSecurity(state.registration.redirectUris));
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
  app.get("/error", explainRefusal);
  for (const tenant of TENANT_NAMES) {
    app.use(`/${tenant}`, createDiscoveryRoutes(state), createTokenRoutes(state));
    app.use(`/${tenant}`, createAuthorizeRoutes(state), createLogoutRoutes(state));
  }
  app.use(createUnknownTenantRoutes(state));
  app.use((_request, response) => {
    showProblem(response.status(404), "The sandbox has no page at this address.");
  });
  app.use(handleError(log));
  return app;
}

/** Where `error_uri` leads. */
function explainRefusal(request: Request, response: Response): void {
  const code = Number(queryOf(request).get("code"));
  const text = textOfRefusal(code);
  if (text === undefined) showProblem(response.status(404), "The sandbox knows no such code.");
  else showProblem(response, `AADSTS${code}: ${text}`);
}

function handleError(log: Logger): ErrorRequestHandler {
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
    const message = known?.message ?? "The sandbox cannot answer this request.";
    response.status(status);
    if (request.is("application/json")) response.json({ code: known?.code, message });
    else showProblem(response, message);
  };
}

/** Express's own errors (a body too large, a malformed path) carry a status below 500. */
function statusOf(error: unknown): number {
  if (error instanceof AppError) return error.status;
  if (!(error instanceof Error && "status" in error)) return 500;
  return typeof error.status === "number" && error.status >= 400 ? error.status : 500;
}
