import { fileURLToPath } from "node:url";
import express from "express";
import type { Express, NextFunction, Request, Response } from "express";
import type { AppContext } from "./app-context.js";
import { createAssets } from "./requests/assets.js";
import { handleError, notFound } from "./problems/error-handler.js";
import { compressPages } from "./requests/compress-pages.js";
import { createFixedHeaders } from "./requests/fixed-headers.js";
import { createPageFrame } from "./page-frame.js";
import { refuseSpeculation } from "./requests/refuse-speculation.js";
import { createRateLimits } from "./requests/rate-limits.js";
import { createRequestIds } from "./requests/request-id.js";
import { createRequestLog } from "./requests/request-log.js";
import { createRequireSameOrigin } from "./requests/require-same-origin.js";
import { createApiRoutes } from "./api-pages/api-routes.js";
import { findApi, PAGES, type ApiPage } from "./api-pages/pages.js";
import { createBankAccountRoutes } from "./api-pages/bank-account-routes.js";
import { createHealthRoutes } from "./health-routes.js";
import { createHomeRoutes } from "./home-routes.js";
import { createFrontChannelLogout } from "./authorization/front-channel-logout.js";
import { createRedirectRoutes } from "./authorization/redirect-routes.js";
import { createSignInRoutes } from "./authorization/sign-in-routes.js";
import { createSignOutRoutes } from "./authorization/sign-out-routes.js";
import { createSecurityHeaders } from "./requests/security-headers.js";
import { createViewEngine } from "./view-engine.js";
import { createSessionMiddleware } from "./requests/session-middleware.js";

const VIEWS = fileURLToPath(new URL("../../views", import.meta.url));
const PUBLIC = fileURLToPath(new URL("../../public", import.meta.url));

/** The longest form or JSON body. */
const BODY_LIMIT = "16kb";

/** Creates the web app; the caller makes it listen. */
export async function createApp(
  context: AppContext,
  pages: readonly ApiPage[] = PAGES,
): Promise<Express> {
  const { config, trace } = context;
  const assets = createAssets(PUBLIC, "/assets");
  const app = express();
  // Whatever `NODE_ENV` is: elsewhere Express answers with a stack when nothing else can answer.
  app.set("env", "production");
  app.disable("x-powered-by");
  // Pages are never stored, so no client revalidates them.
  app.disable("etag");
  app.set("trust proxy", config.trustProxy);
  app.engine("ejs", createViewEngine(VIEWS));
  app.set("view engine", "ejs");
  app.set("views", VIEWS);
  app.enable("view cache");
  app.locals["asset"] = assets.urlOf;

  app.use(createFixedHeaders(createSecurityHeaders(config)));
  app.use(createRequestIds(context));
  app.use(createHealthRoutes(context));
  app.get("/assets/:name", assets.serve);
  app.use(createRequestLog(context));
  app.use(refuseSpeculation, refuseHead);
  app.use(createFrontChannelLogout(context));
  app.use(createSessionMiddleware(context));
  app.use(createPageFrame(context));
  app.use(createRequireSameOrigin(config.baseUrl));
  app.post(
    "/{*path}",
    express.urlencoded({ extended: false, limit: BODY_LIMIT }),
    express.json({ limit: BODY_LIMIT }),
  );

  // Not the live updates below it, which compression would hold back.
  app.get("/trace", compressPages);
  // Production, which has no trace, loads none of it.
  const traced = trace && { trace, ...(await import("./trace/tracing.js")) };
  if (traced !== undefined) {
    app.use(traced.createTracing({ context, trace: traced.trace, pages }));
  }

  app.use(createApiRoutes(context, pages));
  app.use(compressPages);
  app.use(createHomeRoutes(context, pages, traced?.cardStateOf));
  app.use(createRateLimits(context));
  app.use(createSignInRoutes(context));
  app.use(createRedirectRoutes(context));
  app.use(createSignOutRoutes(context));
  const payroll = findApi(config, "Payroll API");
  if (payroll !== undefined) app.use(createBankAccountRoutes(context, payroll));

  app.use(notFound);
  app.use(handleError);
  return app;
}

/**
 * Refuses HEAD, which Express would run as a GET, on all pages but the home page: a GET calls an API
 * or begins an authorization request.
 */
function refuseHead(request: Request, response: Response, next: NextFunction): void {
  if (request.method !== "HEAD" || request.path === "/") {
    next();
    return;
  }
  response.set("Allow", "GET");
  response.status(405).end();
}
