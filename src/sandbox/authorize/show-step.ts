import { randomInt } from "node:crypto";
import { PASSWORD, type PersonState } from "../directory/people.js";
import { type Exchange, reportRefusal } from "../refusal-report.js";
import type { Interaction } from "../sandbox-state.js";
import type { SignIn, Step } from "./next-step.js";

/** Shows the page of a step of a sign-in. */
export function showStep(signIn: SignIn & Exchange, step: Exclude<Step, { kind: "done" }>): void {
  const { response, interaction } = signIn;
  const { template, ...page } = pageOf(signIn, step);
  response.set("Cache-Control", "no-store").render(template, {
    ...page,
    forms: `/sign-in/${interaction.id}`,
    problem: interaction.problem,
  });
}

interface StepPage {
  readonly template: string;
  readonly title: string;
  readonly [content: string]: unknown;
}

function pageOf(signIn: SignIn & Exchange, step: Exclude<Step, { kind: "done" }>): StepPage {
  switch (step.kind) {
    case "pick-account":
      return { template: step.kind, title: "Pick an account", accounts: listAccounts(signIn) };
    case "name-account":
      return { template: step.kind, title: "Use another account" };
    case "password": {
      const { person, expired, reason } = step;
      const title = "Enter password";
      return { template: step.kind, title, person, expired, reason, password: PASSWORD };
    }
    case "second-factor":
      return { ...secondFactorPage(step.person, signIn.interaction), reason: step.reason };
    case "consent": {
      const { resources } = signIn.interaction.request.scopes;
      const title = "Permissions requested";
      return { template: step.kind, title, person: step.person, resources };
    }
    case "refused": {
      const { person, error, reason } = step;
      const { correlationId } = signIn.interaction.request.replyTo;
      const report = reportRefusal(error, signIn, correlationId);
      const { message } = error;
      return { template: step.kind, title: "Access denied", person, report, message, reason };
    }
  }
}

function listAccounts({ state, browser }: SignIn) {
  return [...state.directory.values()].map((person) => ({
    ...person,
    signedIn: browser.accounts.has(person.key),
  }));
}

function secondFactorPage(person: PersonState, interaction: Interaction): StepPage {
  if (!person.enrolled) {
    return { template: "enrolment", title: "Set up your second factor", person };
  }
  interaction.numberMatch ??= drawNumbers();
  const { shown, choices } = interaction.numberMatch;
  return { template: "second-factor", title: "Approve the sign-in", person, shown, choices };
}

/** Draws three different numbers of two digits, one of which the page shows. */
function drawNumbers(): NonNullable<Interaction["numberMatch"]> {
  const drawn = new Set<number>();
  while (drawn.size < 3) drawn.add(randomInt(10, 100));
  const choices = [...drawn];
  return { shown: choices[randomInt(choices.length)] ?? 10, choices };
}
