import express, { type Request } from "express";
import session from "express-session";
import type { UpstreamError } from "../../src/errors.js";
import { renewSession } from "../../src/session/renew-session.js";
import { bindingOf, saveSession, type SignedIn } from "../../src/session/session-data.js";
import { SessionStore } from "../../src/session/session-store.js";
import { HttpBrowser } from "../support/http-browser.js";
import { listen, type Listening } from "../support/listen.js";
import { createPausedStore, type PausedStore } from "../support/paused-store.js";

/** What a request does with its session; the result is the body of the response. */
export type Act = (request: Request) => unknown;

/** The sessions of express-session over HTTP, and nothing else. */
export interface SessionSite extends Listening {
  readonly clock: { now: number };
  readonly store: PausedStore;
  /** What the next requests do. */
  act: Act;
  /** Sends a request that does this; returns the result. */
  readonly visit: (browser: HttpBrowser, act: Act) => Promise<unknown>;
  /** Returns what the session of a browser holds. */
  readonly look: (browser: HttpBrowser) => Promise<SessionNames>;
  /** Returns a tab whose requests carry the cookies of this moment. */
  readonly tabOf: (browser: HttpBrowser) => HttpBrowser;
  /** Begins a session of a visitor. */
  readonly begin: () => Promise<HttpBrowser>;
  /** Signs Ada in, as the redirect URI does; returns whether it is the first sign-in of the session. */
  readonly signIn: (browser: HttpBrowser, keepBinding?: boolean) => Promise<unknown>;
}

/** The names that every session has. */
export interface SessionNames {
  readonly binding: string;
  readonly nextPartition: string;
}

/** Who is signed in. */
export const ADA: SignedIn = {
  ...{ oid: "ada", tid: "contoso", displayName: "Ada", username: "ada", partition: "one" },
};

/** Starts such a site, with our sessions or those of another store. */
export async function startSessionSite(keep?: session.Store): Promise<SessionSite> {
  const clock = { now: 0 };
  const store = createPausedStore(() => clock.now);
  const cookie = { httpOnly: true, path: "/" };
  const app = express();
  app.use(
    session({
      secret: "a secret of the tests",
      store: keep ?? new SessionStore(store, () => clock.now, cookie),
      resave: false,
      saveUninitialized: false,
      cookie,
    }),
    async (request, response) => {
      try {
        response.json((await started.act(request)) ?? null);
      } catch (error) {
        const { code, cause } = error as UpstreamError;
        response.status(500).json({ code, cause: cause instanceof Error ? cause.message : null });
      }
    },
  );
  const listening = await listen(app);

  async function visit(browser: HttpBrowser, act: Act): Promise<unknown> {
    started.act = act;
    return JSON.parse((await browser.get("/")).body) as unknown;
  }

  const started: SessionSite = {
    ...{ ...listening, clock, store, act: () => undefined, visit },
    look: async (browser) =>
      (await visit(browser, ({ session }) =>
        Object.fromEntries(Object.entries(session).filter(([name]) => name !== "cookie")),
      )) as SessionNames,
    tabOf: ({ cookies }) => new HttpBrowser(listening.url, new Map(cookies)),
    begin: async () => {
      const browser = new HttpBrowser(listening.url);
      await visit(browser, ({ session }) => bindingOf(session, () => clock.now));
      return browser;
    },
    signIn: (browser, keepBinding = false) =>
      visit(browser, async (request) => {
        const isFirst = await renewSession(request, { keepBinding });
        if (!isFirst) return isFirst;
        request.session.signedIn = ADA;
        await saveSession(request.session);
        return true;
      }),
  };
  return started;
}
