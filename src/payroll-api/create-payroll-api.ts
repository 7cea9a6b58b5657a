import express, { Router } from "express";
import type { Express, NextFunction, Request, RequestHandler, Response } from "express";
import type { Logger } from "../log.js";
import { createErrorHandler, refuseOtherMethods, sendNotFound } from "./error-responses.js";
import { createEventsRoute } from "./events/events-route.js";
import { createPersonSignals } from "./events/person-signals.js";
import { commonAuthorizationUri } from "./refusal.js";
import { createBankAccountRoute, type SaveBankAccount } from "./resources/bank-account-route.js";
import { DEMANDS } from "./resources/demands.js";
import { payslipsOf, taxFormsOf } from "./resources/payroll-records.js";
import { createDemandGuard } from "./resources/require-demand.js";
import { appIdOf, createTrustedAuthority } from "./trust/trusted-authority.js";

/** A request that has been responded to. */
export interface ObservedRequest {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  readonly status: number;
}

/** Options of {@link createPayrollApi}. */
export interface PayrollApiOptions {
  /** Origin of an Entra cloud or custom domain; http on loopback only. */
  readonly cloudInstance: string;
  /** Tenant id or domain. */
  readonly tenantId: string;
  /** Accepted values of a token's `aud`. */
  readonly audience: string | readonly string[];
  readonly log: Logger;
  /** Saves a changed bank account; by default nothing is saved. */
  readonly saveBankAccount?: SaveBankAccount;
  /**
   * Handles every request for a resource first, to simulate failures in a demonstration. Events pass
   * it by, because a lost revocation would outlast the failure.
   */
  readonly before?: RequestHandler;
  /** Called after every response, for tests. */
  readonly observe?: (seen: ObservedRequest) => void;
  /** The clock, in milliseconds. */
  readonly now?: () => number;
  readonly fetch?: typeof globalThis.fetch;
  /** Milliseconds between two requests for an unknown signing key; 30 seconds by default. */
  readonly keyCooldownMs?: number;
}

const KEY_COOLDOWN_MS = 30_000;

/** Creates the Payroll API: a resource server that demands authentication contexts. */
export function createPayrollApi(options: PayrollApiOptions): Express {
  const { cloudInstance, tenantId, log, before, observe } = options;
  const { now = Date.now, fetch = globalThis.fetch, keyCooldownMs = KEY_COOLDOWN_MS } = options;
  const { saveBankAccount = () => Promise.resolve() } = options;
  const audience = [options.audience].flat();
  const identity = { cloudInstance, tenantId, appId: appIdOf(audience) };
  const authority = createTrustedAuthority({ ...identity, fetch, now, keyCooldownMs });
  const signals = createPersonSignals({ now });
  const authorizationUri = commonAuthorizationUri(cloudInstance);
  const guarding = { authority, authorizationUri, audience, signals, log, now };
  const requireDemand = createDemandGuard(guarding);

  const router = Router({ caseSensitive: true, strict: true });
  router
    .route("/events")
    .post(...createEventsRoute({ authority, audience, signals, log, now }))
    .all(refuseOtherMethods("POST"));
  if (before !== undefined) router.use(before);
  router
    .route("/payslips")
    .get(requireDemand(DEMANDS.payslips), (_request, response) => {
      response.json({ payslips: payslipsOf(response.locals.caller.personId, now()) });
    })
    .all(refuseOtherMethods("GET", "HEAD"));
  router
    .route("/bank-account")
    .post(requireDemand(DEMANDS.bankAccount), ...createBankAccountRoute({ now, saveBankAccount }))
    .all(refuseOtherMethods("POST"));
  router
    .route("/tax-forms")
    .get(requireDemand(DEMANDS.taxForms), (_request, response) => {
      response.json({ taxForms: taxFormsOf(now()) });
    })
    .all(refuseOtherMethods("GET", "HEAD"));

  const app = express();
  app.disable("x-powered-by").disable("etag");
  if (observe !== undefined) app.use(observeRequests(observe));
  app.use(setHeaders, router, sendNotFound, createErrorHandler(log));
  return app;
}

function observeRequests(observe: (seen: ObservedRequest) => void): RequestHandler {
  return (request, response, next) => {
    const { method, path } = request;
    response.once("finish", () => {
      observe({ method, path, status: response.statusCode });
    });
    next();
  };
}

/** Forbids caches to store what people earn. */
function setHeaders(_request: Request, response: Response, next: NextFunction): void {
  response.set({ "Cache-Control": "no-store", "X-Content-Type-Options": "nosniff" });
  next();
}
