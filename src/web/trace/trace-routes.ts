import { type Request, Router } from "express";
import type { Trace } from "../../trace/create-trace.js";
import type { Action } from "../../trace/trace-entry.js";
import type { AppContext } from "../app-context.js";
import { sendLiveUpdates } from "./live-updates.js";
import { markdownOf } from "./markdown.js";
import type { SandboxFacts } from "./sandbox-facts.js";
import { tracePageOf, type TracePageInput } from "./trace-page.js";

/** Options of {@link createTraceRoutes}. */
export interface TraceRoutesOptions {
  readonly context: Pick<AppContext, "isDraining" | "sandboxUrl">;
  readonly trace: Trace;
  readonly facts: SandboxFacts;
}

/** What to try while there is nothing to see: the page, and the switch that is pressed before. */
const SCENARIOS = {
  silent: {
    title: "Silent",
    text: "Your access tokens are revoked; the app renews them without asking you.",
    path: "/profile",
    control: "revoke-sessions",
    body: { grant: "kept" },
  },
  "step-up": {
    title: "Step-up",
    text: "All your sessions are revoked; you sign in again and confirm.",
    path: "/payslips",
    control: "revoke-sessions",
    body: { grant: "gone" },
  },
  refused: {
    title: "Refused",
    text: "Your device is no longer managed; Entra ID refuses.",
    path: "/tax-forms",
    control: "",
    body: { deviceCompliant: false },
  },
} as const;

/**
 * Creates `GET /trace`: what happened in this session. `POST /trace` clears it. `POST /trace/try` changes
 * a switch of the sandbox and opens the page that shows its effect. `GET /trace/markdown` has an action,
 * or all, as text; `GET /trace/events` tells of changes as they happen.
 */
export function createTraceRoutes(options: TraceRoutesOptions): Router {
  const { context, trace, facts } = options;
  const router = Router();

  router.get("/trace", async (request, response) => {
    response.render("trace", {
      isTrace: true,
      scenarios: SCENARIOS,
      ...tracePageOf(await read(request)),
    });
  });

  router.post("/trace", async ({ session: { binding } }, response) => {
    if (binding !== undefined) await trace.forget(binding);
    response.redirect(303, "/trace");
  });

  router.post("/trace/try", async (request, response) => {
    const { scenario } = (request.body ?? {}) as { readonly scenario?: unknown };
    const key = String(scenario);
    if (!isScenario(key)) {
      response.redirect(303, "/trace");
      return;
    }
    const { path, control, body } = SCENARIOS[key];
    const person = personOf(request);
    const pathOfSwitch = ["people", encodeURIComponent(person), control].filter(Boolean).join("/");
    if (person !== "") await facts.press(pathOfSwitch, body);
    response.redirect(303, path);
  });

  router.get("/trace/markdown", async (request, response) => {
    const input = await read(request);
    const { action } = request.query;
    const wanted = input.actions.filter(({ id }) => action === undefined || action === id);
    const texts = wanted.toReversed().map(({ id }) => markdownOf({ ...input, chosenId: id }));
    response.type("text/markdown").send(texts.join("\n"));
  });

  router.get("/trace/events", (request, response) => {
    sendLiveUpdates(request, response, {
      isDraining: context.isDraining,
      version: async () => versionOf(await actionsOf(request)),
    });
  });

  async function read(request: Request): Promise<TracePageInput> {
    const person = personOf(request);
    const [actions, changes, policies] = await Promise.all([
      actionsOf(request),
      facts.changes(),
      facts.policies(),
    ]);
    const own = changes.filter((change) =>
      [person, "everybody", "faults"].includes(change.section),
    );
    const chosenId = request.query.action;
    return { actions, chosenId, changes: person === "" ? changes : own, policies };
  }

  async function actionsOf({ session: { binding } }: Request): Promise<readonly Action[]> {
    return binding === undefined ? [] : trace.read(binding);
  }

  return router;
}

/** Returns the name that the sandbox knows a person by; empty for nobody. */
function personOf({ session: { signedIn } }: Request): string {
  return (signedIn?.username ?? "").split("@", 1).join();
}

function isScenario(key: string): key is keyof typeof SCENARIOS {
  return Object.hasOwn(SCENARIOS, key);
}

/** Returns a text that changes with every message. */
function versionOf(actions: readonly Action[]): string {
  return actions.map(({ id, entries }) => `${id} ${entries.length}`).join();
}
