import { Router } from "express";
import type { Request } from "express";
import { listDrafts } from "../../session/drafts.js";
import type { AppContext } from "../app-context.js";
import { scenariosOf } from "../scenarios.js";
import type { Scenario } from "../scenarios.js";

/** `GET /`: what this is; signed in, a card for each scenario and what was typed and not sent. */
export function createHomeRoutes({ config, store, sandboxUrl }: AppContext): Router {
  const router = Router();
  const scenarios = scenariosOf(config.payroll !== undefined);

  router.get("/", async (request, response) => {
    const { signedIn, binding } = request.session;
    const isKnown = signedIn !== undefined && binding !== undefined;
    const owner = isKnown ? { binding, oid: signedIn.account.localAccountId } : undefined;
    const drafts = owner === undefined ? [] : await listDrafts(store, owner);
    response.render("home", { scenarios: withHints(scenarios, request, sandboxUrl), drafts });
  });

  return router;
}

/** In the sandbox each card leads to the switch for the person who is signed in. */
function withHints(
  scenarios: readonly Scenario[],
  { session }: Request,
  sandboxUrl: string | undefined,
): readonly object[] {
  const person = session.signedIn?.account.username.split("@")[0];
  if (sandboxUrl === undefined || person === undefined) return scenarios;
  return scenarios.map((scenario) => {
    const { anchor, label } = scenario.sandboxSwitch;
    const href = `${sandboxUrl}/#${encodeURIComponent(person)}-${anchor}`;
    return { ...scenario, sandboxHint: { href, label } };
  });
}
