import { type RequestHandler, Router } from "express";
import { AuthorityError } from "../aadsts.js";
import { findPerson, PASSWORD } from "../directory/people.js";
import { showProblem } from "../pages.js";
import type { Exchange } from "../refusal-report.js";
import { formOf } from "../request-parameters.js";
import type { SandboxState } from "../sandbox-state.js";
import { sendAccessDenied, sendCode } from "./authorization-response.js";
import { findBrowser, recordPassword, recordSecondFactor } from "./browser-session.js";
import { nextStep, type SignIn, type Step } from "./next-step.js";
import { showStep } from "./show-step.js";

/** One request to the pages of a sign-in. */
interface Visit extends Exchange, SignIn {
  readonly step: Step;
  readonly form: URLSearchParams;
}

/** Changes the interaction; the next page shows what is missing then. */
type FormHandler = (visit: Visit) => void;

const FORMS: Readonly<Record<string, FormHandler>> = {
  account: pickAccount,
  username: nameAccount,
  password: checkPassword,
  enrolment: enrol,
  "second-factor": checkSecondFactor,
  consent,
};

/**
 * Creates the pages of a sign-in, at `/sign-in/<interaction>`.
 *
 * Other sites cannot send their forms: the address has 128 random bits, and needs the cookie of the
 * browser that started the sign-in, which browsers do not send with another site's form.
 */
export function createSignInRoutes(state: SandboxState): Router {
  const router = Router();
  router.get("/sign-in/:interaction", inInteraction(state, showNext));
  router.post("/sign-in/:interaction/cancel", inInteraction(state, cancel));
  for (const [name, handleForm] of Object.entries(FORMS)) {
    const handler = inInteraction(state, (visit) => {
      delete visit.interaction.problem;
      handleForm(visit);
      showNext({ ...visit, step: nextStep(visit) });
    });
    router.post(`/sign-in/:interaction/${name}`, handler);
  }
  return router;
}

/** Creates a handler for the requests of the browser that started a sign-in, as long as it lasts. */
function inInteraction(state: SandboxState, handle: (visit: Visit) => void): RequestHandler {
  return (request, response) => {
    const browser = findBrowser(request, state.browsers);
    const interaction = state.interactions.get(String(request.params["interaction"]));
    if (browser === undefined || interaction?.browserId !== browser.id) {
      const title = "This sign-in is already finished";
      const message = "It was completed or cancelled, took too long, or was started elsewhere.";
      showProblem(response.status(404), message, title);
      return;
    }
    const step = nextStep({ state, interaction, browser });
    const form = formOf(request);
    handle({ state, request, response, interaction, browser, step, form });
  };
}

/** Shows the next step, after a form by way of a redirect, or sends a code when nothing is missing. */
function showNext(visit: Visit): void {
  const { state, interaction, request, response, step } = visit;
  if (step.kind === "done") {
    state.interactions.delete(interaction.id);
    sendCode(visit, interaction.request, step);
  } else if (request.method === "POST") {
    response.redirect(303, `/sign-in/${interaction.id}`);
  } else {
    showStep(visit, step);
  }
}

function cancel(visit: Visit): void {
  const { state, interaction, step } = visit;
  state.interactions.delete(interaction.id);
  const refusal = step.kind === "refused" ? step.error : new AuthorityError(65004);
  sendAccessDenied(visit, interaction.request.replyTo, refusal);
}

function pickAccount({ state, interaction, form }: Visit): void {
  const personKey = form.get("person") ?? "";
  interaction.consented = false;
  if (state.directory.has(personKey)) interaction.choice = { kind: "picked", personKey };
  else interaction.choice = { kind: personKey === "another" ? "by-name" : "from-list" };
}

function nameAccount({ state, interaction, form, step }: Visit): void {
  if (step.kind !== "name-account") return;
  const person = findPerson(state.directory, form.get("username") ?? "");
  if (person !== undefined) interaction.choice = { kind: "picked", personKey: person.key };
  else
    interaction.problem = "There is no account with that name. An example is ada@sandbox.example.";
}

function checkPassword({ state, interaction, browser, form, step }: Visit): void {
  if (step.kind !== "password") return;
  if (form.get("password") !== PASSWORD) {
    interaction.problem = "This password is wrong. The correct one is below the field.";
    return;
  }
  interaction.choice = { kind: "picked", personKey: step.person.key };
  recordPassword(browser, step.person.key, state.now());
}

function enrol({ step }: Visit): void {
  if (step.kind === "second-factor") step.person.enrolled = true;
}

function checkSecondFactor({ state, interaction, browser, form, step }: Visit): void {
  if (step.kind !== "second-factor" || !step.person.enrolled) return;
  const shown = interaction.numberMatch?.shown;
  delete interaction.numberMatch;
  if (shown === undefined || form.get("number") !== String(shown)) {
    interaction.problem = "The request was denied on the phone. Here is a new one.";
    return;
  }
  recordSecondFactor(browser, step.person.key, state.now());
}

function consent({ interaction, step }: Visit): void {
  if (step.kind !== "consent") return;
  step.person.consented = true;
  interaction.consented = true;
}
