import { Router } from "express";
import { listDrafts } from "../session/drafts.js";
import { findApi, type ApiPage } from "./api-pages/pages.js";
import type { AppContext } from "./app-context.js";
import { takeNotice } from "./notice.js";
import { sandboxLinkTo } from "./page-frame.js";
import type { cardStateOf } from "./trace/card-state.js";

/** Creates `GET /`: what this app is; signed in, a card for each page and the drafts that were not sent. */
export function createHomeRoutes(
  { config, store, trace }: Pick<AppContext, "config" | "store" | "trace">,
  allPages: readonly ApiPage[],
  stateOf: typeof cardStateOf | undefined,
): Router {
  const router = Router();
  const pages = allPages.filter((page) => findApi(config, page.api) !== undefined);

  router.get("/", async (request, response) => {
    const { signedIn, binding } = request.session;
    const isKnown = signedIn !== undefined && binding !== undefined;
    const drafts = isKnown ? await listDrafts(store, { binding, oid: signedIn.oid }) : [];
    const actions = isKnown ? ((await trace?.read(binding)) ?? []) : [];
    const cards = pages.map(({ path, api, card }) => {
      const sandboxLink = sandboxLinkTo(card.sandboxSwitch, response, path);
      return { ...card, path, api, sandboxLink, state: stateOf?.(path, actions) };
    });
    const notice = takeNotice({ request, response }, config);
    response.render("home", { cards, drafts, notice });
  });

  return router;
}
