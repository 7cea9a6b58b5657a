import express, { Router } from "express";
import type { Express, NextFunction, Request, RequestHandler, Response } from "express";
import type { Logger } from "../log.js";
import { createBankAccountRoute, type SaveBankAccount } from "./resources/bank-account-route.js";
import { DEMANDS } from "./resources/demands.js";
import { createErrorHandler, notFound, refuseOtherMethods } from "./error-responses.js";
import { createEventsRoute } from "./events/events-route.js";
import { payslipsOf, taxFormsOf } from "./resources/payroll-records.js";
import { createPersonSignals } from "./events/person-signals.js";
import { type CallerHandler, createDemandGuard } from "./resources/require-demand.js";
import { createTrustedAuthority } from "./trust/trusted-authority.js";

/** A request that was answered. */
export interface ObservedRequest {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  readonly status: number;
}

/** How the API is set up. */
export interface PayrollApiOptions {
  /** Origin of an Entra cloud or custom domain; http on loopback only. */
  readonly cloudInstance: string;
  /** Tenant id or domain. */
  readonly tenantId: string;
  /** What a token's `aud` may be. */
  readonly audience: string | readonly string[];
  readonly log: Logger;
  /** Where a changed bank account goes. Nowhere by default: this is a sample. */
  readonly saveBankAccount?: SaveBankAccount;
  /** Told of every request once it is answered; tests count with it. */
  readonly observe?: (seen: ObservedRequest) => void;
  /** The clock, in milliseconds. */
  readonly now?: () => number;
  readonly fetch?: typeof globalThis.fetch;
  /** Milliseconds between two searches for an unknown signing key; 30 seconds unless given. */
  readonly keyCooldownMs?: number;
}

const KEY_COOLDOWN_MS = 30_000;

/** Gives the Payroll API: a resource server that demands authentication contexts. */
export function createPayrollApi(options: PayrollApiOptions): Express {
  const { log, observe, now = Date.now, fetch = globalThis.fetch } = options;
  const { keyCooldownMs = KEY_COOLDOWN_MS, saveBankAccount = saveNowhere } = options;
  const authority = createTrustedAuthority(options, { fetch, now, keyCooldownMs });
  const audience = [options.audience].flat();
  const signals = createPersonSignals({ now });
  const dependencies = { authority, audience, signals, log, now };
  const requireDemand = createDemandGuard(dependencies);

  const router = Router({ caseSensitive: true, strict: true });
  router
    .route("/payslips")
    .get(requireDemand(DEMANDS["GET /payslips"]), sendPayslips(now))
    .all(refuseOtherMethods(["GET", "HEAD"]));
  router
    .route("/bank-account")
    .post(
      requireDemand(DEMANDS["POST /bank-account"]),
      ...createBankAccountRoute({ now, saveBankAccount }),
    )
    .all(refuseOtherMethods(["POST"]));
  router
    .route("/tax-forms")
    .get(requireDemand(DEMANDS["GET /tax-forms"]), sendTaxForms(now))
    .all(refuseOtherMethods(["GET", "HEAD"]));
  router
    .route("/events")
    .post(...createEventsRoute(dependencies))
    .all(refuseOtherMethods(["POST"]));

  const app = express();
  app.disable("x-powered-by").disable("etag");
  if (observe !== undefined) app.use(observeRequests(observe));
  app.use(setHeaders, router, notFound(), createErrorHandler(log));
  return app;
}

function observeRequests(observe: NonNullable<PayrollApiOptions["observe"]>): RequestHandler {
  return (request, response, next) => {
    const { method, path } = request;
    response.once("finish", () => {
      observe({ method, path, status: response.statusCode });
    });
    next();
  };
}

function sendPayslips(now: () => number): CallerHandler {
  return (_request, response) => {
    response.json({ payslips: payslipsOf(response.locals.caller.personId, now()) });
  };
}

function sendTaxForms(now: () => number): CallerHandler {
  return (_request, response) => {
    response.json({ taxForms: taxFormsOf(now()) });
  };
}

/** What people earn is for no cache. */
function setHeaders(_request: Request, response: Response, next: NextFunction): void {
  response.set({ "Cache-Control": "no-store", "X-Content-Type-Options": "nosniff" });
  next();
}

async function saveNowhere(): Promise<void> {
  // The answer says what was asked for; a real API keeps it.
}
