import { randomInt } from "node:crypto";
import type { Request, Response } from "express";
import type { SandboxState, Interaction } from "../sandbox-state.js";
import type { BrowserSession } from "../browser-session.js";
import { pageOf } from "../pages.js";
import { PASSWORD } from "../people.js";
import { reportRefusal } from "../refusal-report.js";
import type { Step } from "./next-step.js";

/** What showing a step needs. */
export interface StepView {
  readonly state: SandboxState;
  readonly request: Request;
  readonly response: Response;
  readonly interaction: Interaction;
  readonly browser: BrowserSession;
}

/** Shows the page of a step of the sign-in. */
export function showStep(view: StepView, step: Exclude<Step, { kind: "done" }>): void {
  const { response, interaction } = view;
  const page = stepPage(view, step);
  response.set("Cache-Control", "no-store").render(page.template, {
    ...pageOf(page.title),
    forms: `/sign-in/${interaction.id}`,
    problem: interaction.problem,
    ...page.content,
  });
}

interface StepPage {
  readonly template: string;
  readonly title: string;
  readonly content?: Readonly<Record<string, unknown>>;
}

function stepPage(view: StepView, step: Exclude<Step, { kind: "done" }>): StepPage {
  switch (step.kind) {
    case "pick-account":
      return {
        template: "pick-account",
        title: "Pick an account",
        content: { accounts: listAccounts(view) },
      };
    case "name-account":
      return { template: "name-account", title: "Use another account" };
    case "password":
      return {
        template: "password",
        title: "Enter password",
        content: { person: step.person.person, expired: step.expired, password: PASSWORD },
      };
    case "second-factor":
      return secondFactorPage(view.interaction, step);
    case "consent":
      return {
        template: "consent",
        title: "Permissions requested",
        content: {
          person: step.person.person,
          resources: view.interaction.request.scopes.resources,
        },
      };
    case "refused": {
      const { correlationId } = view.interaction.request.replyTo;
      return {
        template: "refused",
        title: "You cannot go on",
        content: {
          person: step.person.person,
          report: reportRefusal(step.error, { ...view, correlationId }),
          message: step.error.message,
        },
      };
    }
  }
}

function listAccounts({ state, browser }: StepView) {
  return [...state.directory.values()].map(({ person }) => ({
    ...person,
    signedIn: browser.accounts.has(person.key),
  }));
}

function secondFactorPage(
  interaction: Interaction,
  { person }: Extract<Step, { kind: "second-factor" | "password" | "consent" }>,
): StepPage {
  if (!person.enrolled) {
    return {
      template: "enrolment",
      title: "Set up your second factor",
      content: { person: person.person },
    };
  }
  interaction.numberMatch ??= drawNumbers();
  return {
    template: "second-factor",
    title: "Approve the sign-in",
    content: { person: person.person, ...interaction.numberMatch },
  };
}

/** Three different numbers of two digits, of which the page shows one. */
function drawNumbers(): { shown: number; choices: readonly number[] } {
  const choices = new Set<number>();
  while (choices.size < 3) choices.add(randomInt(10, 100));
  const list = [...choices];
  return { shown: list[randomInt(list.length)] ?? 10, choices: list };
}
