// The whole flow on one page. `npm run example` starts it with the sandbox and the Payroll API.
// The app in src/ adds what production needs; the comments say where.
import { randomBytes } from "node:crypto";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import express, { type Express, type Request, type Response } from "express";
import session from "express-session";
import type { Account } from "../src/auth/account.js";
import { createAuth, type AuthOptions } from "../src/auth/create-auth.js";
import type { ClaimsRequest } from "../src/challenge/claims-request.js";
import type { StepUp } from "../src/challenge/step-up.js";
import { callProtectedApi } from "../src/protected-api/call-protected-api.js";
import { sendApiRequest } from "../src/protected-api/send-api-request.js";
import { createMemoryStore } from "../src/store/memory-store.js";

declare module "express-session" {
  interface SessionData {
    /** The person who is signed in, and the partition that holds their tokens. */
    person?: { readonly account: Account; readonly name: string; readonly partition: string };
    /** The authorization request that awaits its response. src/session keeps one for each tab. */
    transaction?: {
      readonly state: string;
      readonly nonce: string;
      readonly codeVerifier: string;
      readonly requestedAt: number;
      readonly claims: ClaimsRequest | undefined;
    };
    /** A step-up has just finished. src/session/step-up-guard.ts counts them, too. */
    steppedUp?: boolean;
  }
}

/** Options of {@link createMinimalApp}. */
export interface MinimalAppOptions extends Pick<AuthOptions, "settings" | "client"> {
  readonly redirectUri: string;
  readonly sessionSecret: string;
  readonly api: { readonly url: string; readonly scopes: readonly string[] };
}

/** Creates an app that shows the payslips of the person who is signed in. */
export function createMinimalApp(options: MinimalAppOptions): Express {
  const { settings, client, redirectUri, sessionSecret, api } = options;
  const { scopes } = api;
  // src/store has the interface for other stores.
  const auth = createAuth({ settings, client, store: createMemoryStore() });
  const app = express();
  app.set("view engine", "ejs");
  app.set("views", fileURLToPath(new URL(".", import.meta.url)));
  // src/web adds security headers, a check of the origin, sign-out, a log and an error page.
  app.use(session({ secret: sessionSecret, resave: false, saveUninitialized: false }));

  app.get("/", async (request, response) => {
    const { person, steppedUp } = request.session;
    if (person === undefined) {
      await redirectToAuthority(request, response, {});
      return;
    }
    const { account, partition } = person;
    const outcome = await callProtectedApi({
      // callProtectedApi reads the challenge and first asks silently with its claims: some policies
      // need no person.
      acquireToken: (demand) => auth.acquireTokenSilent({ account, partition, scopes, ...demand }),
      send: (accessToken) => sendApiRequest({ url: `${api.url}/payslips` }, accessToken, fetch),
    });
    delete request.session.steppedUp;
    if (outcome.kind === "step-up-required" && steppedUp !== true) {
      await redirectToAuthority(request, response, outcome.stepUp);
      return;
    }
    // src/web/api-pages has a page for each outcome, drafts for writes and 401 for JSON clients.
    response.render("minimal-app", { name: person.name, outcome });
  });

  app.get("/redirect", async (request, response) => {
    const { transaction, person } = request.session;
    const { state, code } = request.query;
    delete request.session.transaction;
    // src/web/authorization reads the refusals: who can act, and whether to repeat the request.
    if (transaction === undefined || transaction.state !== state || typeof code !== "string") {
      response.status(400).render("minimal-app", { outcome: { kind: "refused" } });
      return;
    }
    const { nonce, codeVerifier, requestedAt, claims } = transaction;
    const redemption = { code, scopes, redirectUri, nonce, codeVerifier, requestedAt };
    // The same claims as in the authorization request.
    const redeemed = await auth.redeemCode({ ...redemption, claims });
    if (redeemed.kind === "refused") {
      response.status(403).render("minimal-app", { outcome: { kind: "refused" } });
      return;
    }
    const { oid, tid, name = "" } = redeemed.idToken;
    // src/web/signed-in-session.ts verifies that a step-up brings back the same person.
    if (person !== undefined) await auth.forgetTokens(person.partition);
    const partition = randomName();
    await auth.keepTokens(partition, redeemed.tokens);
    // A new session id, so that one that was planted before is worth nothing.
    await promisify(request.session.regenerate.bind(request.session))();
    request.session.person = { account: { oid, tid }, name, partition };
    request.session.steppedUp = person !== undefined;
    response.redirect("/");
  });

  async function redirectToAuthority(
    { session }: Request,
    response: Response,
    { claims, acrValues, maxAgeSeconds, signInAfresh }: StepUp,
  ): Promise<void> {
    const [state, nonce, codeVerifier] = [randomName(), randomName(), randomName()];
    session.transaction = { state, nonce, codeVerifier, requestedAt: Date.now(), claims };
    const request = { scopes, redirectUri, state, nonce, codeVerifier };
    const stepUp = { claims, acrValues, maxAgeSeconds, signInAfresh };
    response.redirect(await auth.authorizationUrl({ ...request, ...stepUp }));
  }

  return app;
}

function randomName(): string {
  return randomBytes(32).toString("base64url");
}
