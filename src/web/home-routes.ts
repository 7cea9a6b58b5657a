import { Router } from "express";
import { listDrafts } from "../session/drafts.js";
import type { AppContext } from "./app-context.js";
import { sandboxHintOf } from "./sandbox-hint.js";
import { scenariosOf } from "./api-pages/pages.js";
import { takeSignedOutNotice } from "./authorization/signed-out-notice.js";

/** `GET /`: what this is; signed in, a card for each scenario and what was typed and not sent. */
export function createHomeRoutes({ config, store }: AppContext): Router {
  const router = Router();
  const scenarios = scenariosOf(config.payroll !== undefined);

  router.get("/", async (request, response) => {
    const { signedIn, binding } = request.session;
    const isKnown = signedIn !== undefined && binding !== undefined;
    const owner = isKnown ? { binding, oid: signedIn.account.localAccountId } : undefined;
    const drafts = owner === undefined ? [] : await listDrafts(store, owner);
    const cards = scenarios.map((scenario) => {
      return { ...scenario, sandboxHint: sandboxHintOf(scenario.sandboxSwitch, response) };
    });
    const notice = takeSignedOutNotice(request, response);
    response.render("home", { scenarios: cards, drafts, notice });
  });

  return router;
}
