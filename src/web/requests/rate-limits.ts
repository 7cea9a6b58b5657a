import { ipKeyGenerator, rateLimit, type Store } from "express-rate-limit";
import { type Request, type RequestHandler, Router } from "express";
import { RequestError } from "../../errors.js";
import type { AppContext } from "../app-context.js";
import { clientAddressOf } from "./client-address.js";

/** The time for which requests are counted, in milliseconds. */
const WINDOW_MS = 60_000;

/** The part of an IPv6 address that one customer has, in bits: it is counted as one address. */
const IPV6_SUBNET_BITS = 64;

type Context = Pick<AppContext, "config" | "store" | "now">;

/**
 * Creates the limits of what people can do who are not signed in: begin sign-ins, and return from them.
 * Each has a count of its own, so that whoever began a sign-in can finish it.
 *
 * What exceeds a limit gets RequestError `ERR_TOO_MANY_REQUESTS` with Retry-After, and changes nothing:
 * an authorization response can be sent again.
 */
export function createRateLimits(context: Context): Router {
  const router = Router();
  router.get("/signin", createRateLimit("signin", context));
  router.all(new URL(context.config.redirectUri).pathname, createRateLimit("redirect", context));
  return router;
}

function createRateLimit(name: string, context: Context): RequestHandler {
  const { config, now } = context;
  const limit = config.rateLimitPerMinute;
  return rateLimit({
    limit,
    windowMs: WINDOW_MS,
    store: createCounter(name, context),
    skip: ({ session }) => session.signedIn !== undefined,
    keyGenerator: countedAddressOf,
    legacyHeaders: false,
    // They print what `TRUST_PROXY` and `clientAddressOf` decide.
    validate: false,
    handler: (request, response, next) => {
      const { used, resetTime } = countOf(request);
      if (used === limit + 1) {
        request.log.warn({ client: clientAddressOf(request) }, "too many sign-ins");
      }
      const seconds = Math.ceil((resetTime.getTime() - now()) / 1_000);
      response.set("Retry-After", String(Math.max(1, seconds)));
      const message = "Too many sign-ins came from your network within a minute.";
      next(new RequestError("ERR_TOO_MANY_REQUESTS", message));
    },
  });
}

/** Returns the address that a request is counted for. */
function countedAddressOf(request: Request): string {
  const address = clientAddressOf(request);
  return address === undefined ? "unknown" : ipKeyGenerator(address, IPV6_SUBNET_BITS);
}

/** Returns what express-rate-limit adds to a request. */
function countOf(request: Request): { readonly used: number; readonly resetTime: Date } {
  return (request as Request & { rateLimit: { used: number; resetTime: Date } }).rateLimit;
}

/** Counts in the store of the app, so that all processes that share it count together. */
function createCounter(name: string, { store, now }: Pick<Context, "store" | "now">): Store {
  return {
    increment: async (address) => {
      const window = Math.floor(now() / WINDOW_MS);
      const key = `visitor-requests:${name}:${window}:${address}`;
      const totalHits = await store.increment(key, WINDOW_MS);
      return { totalHits, resetTime: new Date((window + 1) * WINDOW_MS) };
    },
    // For options that this app does not use.
    decrement: () => undefined,
    resetKey: () => undefined,
  };
}
