import { Router } from "express";
import { RequestError } from "../../errors.js";
import { AuthorityError } from "../aadsts.js";
import type { SandboxState, Interaction } from "../sandbox-state.js";
import { findBrowser, passwordGiven, secondFactorGiven } from "../browser-session.js";
import type { BrowserSession } from "../browser-session.js";
import { findPerson, PASSWORD } from "../people.js";
import { formOf } from "../request-parameters.js";
import { answerWithCode, answerWithRefusal, type Exchange } from "./answer.js";
import { nextStep, type Step } from "./next-step.js";
import { showStep } from "./show-step.js";

/** One request to the pages of a sign-in. */
interface Visit extends Exchange {
  readonly interaction: Interaction;
  readonly browser: BrowserSession;
  readonly step: Step;
  readonly form: URLSearchParams;
}

/** What a form of the pages does. It changes the interaction; the next page shows what is missing. */
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
 * The pages of a sign-in, at `/sign-in/<interaction>`: a GET shows what is missing, a form gives it.
 *
 * A form is safe from other sites: its address holds 128 random bits, and it works only with the
 * cookie of the browser that began the sign-in, which is not sent with another site's form.
 */
export function createSignInRoutes(state: SandboxState): Router {
  const router = Router();
  router.get("/sign-in/:interaction", (request, response) => {
    goOn(visitOf({ state, request, response }));
  });
  router.post("/sign-in/:interaction/cancel", (request, response) => {
    cancel(visitOf({ state, request, response }));
  });
  for (const [name, handle] of Object.entries(FORMS)) {
    router.post(`/sign-in/:interaction/${name}`, (request, response) => {
      const visit = visitOf({ state, request, response });
      delete visit.interaction.problem;
      handle(visit);
      goOn({ ...visit, step: currentStep(visit) });
    });
  }
  return router;
}

/**
 * @throws {@link RequestError} when there is no such sign-in in this browser, or no longer.
 */
function visitOf(exchange: Exchange): Visit {
  const { state, request } = exchange;
  const browser = findBrowser(request, state.browsers);
  const interaction = state.interactions.get(String(request.params["interaction"]));
  if (browser === undefined || interaction?.browserId !== browser.id) {
    throw new RequestError("ERR_NOT_FOUND", "This sign-in is over, or belongs to another browser.");
  }
  const step = currentStep({ state, interaction, browser });
  return { ...exchange, interaction, browser, step, form: formOf(request) };
}

function currentStep({
  state,
  interaction,
  browser,
}: Pick<Visit, "state" | "interaction" | "browser">): Step {
  const { directory } = state;
  return nextStep({ interaction, browser, directory, now: state.now() });
}

/** Shows the step, or leaves the pages when nothing is missing. After a form, by way of a GET. */
function goOn(visit: Visit): void {
  const { state, interaction, request, response, step } = visit;
  if (step.kind === "done") {
    state.interactions.delete(interaction.id);
    answerWithCode(visit, interaction.request, step);
    return;
  }
  if (request.method === "POST") {
    response.redirect(303, `/sign-in/${interaction.id}`);
    return;
  }
  showStep(visit, step);
}

/** The way back from every page: cancelled, or, from a refusal, refused. */
function cancel(visit: Visit): void {
  const { state, interaction, step } = visit;
  state.interactions.delete(interaction.id);
  const error = step.kind === "refused" ? step.error : new AuthorityError(65004);
  answerWithRefusal(visit, interaction.request.replyTo, { error, stopped: true });
}

function pickAccount({ state, interaction, form }: Visit): void {
  const personKey = form.get("person") ?? "";
  interaction.consented = false;
  if (state.directory.has(personKey)) interaction.choice = { kind: "picked", personKey };
  else interaction.choice = { kind: personKey === "another" ? "by-name" : "from-list" };
}

function nameAccount({ state, interaction, form, step }: Visit): void {
  if (step.kind !== "name-account") return;
  const found = findPerson(state.directory, form.get("username") ?? "");
  if (found === undefined) {
    interaction.problem = "There is no account with that name. Names end in @sandbox.example.";
    return;
  }
  interaction.choice = { kind: "picked", personKey: found.person.key };
}

function checkPassword({ state, interaction, browser, form, step }: Visit): void {
  if (step.kind !== "password") return;
  if (form.get("password") !== PASSWORD) {
    interaction.problem = "That password is not right. It is written below the field.";
    return;
  }
  const personKey = step.person.person.key;
  interaction.choice = { kind: "picked", personKey };
  passwordGiven(browser, personKey, state.now());
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
  secondFactorGiven(browser, step.person.person.key, state.now());
}

function consent({ interaction, step }: Visit): void {
  if (step.kind !== "consent") return;
  step.person.consented = true;
  interaction.consented = true;
}
