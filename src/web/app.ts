import { fileURLToPath } from "node:url";
import express from "express";
import type { Express, NextFunction, Request, Response } from "express";
import type { AppContext } from "./app-context.js";
import { createErrorHandler, notFound } from "./problems/error-handler.js";
import { createLocals } from "./page-frame.js";
import { createRequestLog } from "./request-log.js";
import { createRequireSameOrigin } from "./require-same-origin.js";
import { createApiRoutes } from "./api-pages/api-routes.js";
import { createBankAccountRoutes } from "./api-pages/bank-account-routes.js";
import { createHealthRoutes } from "./health-routes.js";
import { createHomeRoutes } from "./home-routes.js";
import { createRedirectRoutes } from "./authorization/redirect-routes.js";
import { createSignInRoutes } from "./authorization/sign-in-routes.js";
import { createSignOutRoutes } from "./authorization/sign-out-routes.js";
import { createSecurityHeaders } from "./security-headers.js";
import { createSessionMiddleware } from "./session-middleware.js";

const VIEWS = fileURLToPath(new URL("../../views", import.meta.url));
const PUBLIC = fileURLToPath(new URL("../../public", import.meta.url));

/** Gives the web app; whoever calls it listens. */
export function createApp(context: AppContext): Express {
  const { config, log, now } = context;
  const app = express();
  app.disable("x-powered-by");
  // Pages are never stored, so nobody asks whether they changed.
  app.disable("etag");
  app.set("trust proxy", config.trustProxy);
  app.set("view engine", "ejs");
  app.set("views", VIEWS);
  app.enable("view cache");

  app.use(createSecurityHeaders(config));
  app.use(createHealthRoutes(context));
  app.use("/assets", express.static(PUBLIC, { index: false, maxAge: "1h" }));
  app.use(createRequestLog(log, now));
  app.use((_request, response, next) => {
    // Pages show personal data: after sign-out, Back must not bring them up again.
    response.set("Cache-Control", "no-store");
    next();
  });
  app.use(refuseHead);
  app.use(createSessionMiddleware(context));
  app.use(createLocals(context));
  app.use(createRequireSameOrigin(config.baseUrl));
  app.use(express.urlencoded({ extended: false, limit: "16kb" }));

  app.use(createHomeRoutes(context));
  app.use(createSignInRoutes(context));
  app.use(createRedirectRoutes(context));
  app.use(createSignOutRoutes(context));
  app.use(createApiRoutes(context));
  if (config.payroll !== undefined) app.use(createBankAccountRoutes(context));

  app.use(notFound);
  app.use(createErrorHandler(log));
  return app;
}

/**
 * Express answers HEAD by running the GET. Ours call APIs and begin authorization requests, which
 * nobody who asks for headers alone has in mind; only the home page may be looked at so.
 */
function refuseHead(request: Request, response: Response, next: NextFunction): void {
  if (request.method !== "HEAD" || request.path === "/") {
    next();
    return;
  }
  response.set("Allow", "GET");
  response.status(405).end();
}
